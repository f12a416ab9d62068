"""Appending facts in the transaction that makes them true.

Postgres is the truth: an event and the deliveries it owes commit with the command or not at all. Nothing is
announced here; the relay finds ready deliveries and rings their consumers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from kernel import tracing
from kernel.database import SyncWriteConnection, WriteConnection
from kernel.events import DELIVERIES, Event
from kernel.outbox_sql import APPEND_EVENTS
from kernel.telemetry import current_request_id


async def append(conn: WriteConnection, events: Sequence[Event], command_id: UUID) -> None:
    """Append a command's events and their deliveries. At least one, so that the command can be looked for."""
    await conn.execute(APPEND_EVENTS, parameters(events, command_id))


def append_sync(conn: SyncWriteConnection, events: Sequence[Event], command_id: UUID) -> None:
    """`append` for workers and imports."""
    conn.execute(APPEND_EVENTS, parameters(events, command_id))


def parameters(events: Sequence[Event], command_id: UUID) -> dict[str, Any]:
    """What a statement that appends events (`outbox_sql.EVENTS`) is given for them. At least one event."""
    if not events:
        raise ValueError("a command that wrote appends at least one event")
    facts = [
        {
            "type": type(event).__name__,
            "aggregate": event.aggregate,
            "aggregate_id": event.aggregate_id,
            "payload": event,
            "consumers": DELIVERIES[type(event)],
        }
        for event in events
    ]
    return {
        "events": msgspec.json.encode(facts).decode(),
        "command_id": command_id,
        "request_id": current_request_id(),
        "traceparent": tracing.traceparent(),
    }
