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
    await conn.execute(APPEND_EVENTS, _parameters(events, command_id))


def append_sync(conn: SyncWriteConnection, events: Sequence[Event], command_id: UUID) -> None:
    """`append` for workers and imports."""
    conn.execute(APPEND_EVENTS, _parameters(events, command_id))


def _parameters(events: Sequence[Event], command_id: UUID) -> dict[str, Any]:
    if not events:
        raise ValueError("a command that wrote appends at least one event")
    owed = [(position, consumer) for position, event in enumerate(events, 1) for consumer in DELIVERIES[type(event)]]
    return {
        "types": [type(event).__name__ for event in events],
        "aggregates": [event.aggregate for event in events],
        "aggregate_ids": [event.aggregate_id for event in events],
        "payloads": [msgspec.json.encode(event).decode() for event in events],
        "command_id": command_id,
        "request_id": current_request_id(),
        "traceparent": tracing.traceparent(),
        "delivery_positions": [position for position, _ in owed],
        "delivery_consumers": [consumer for _, consumer in owed],
    }
