"""The append-only log of what staff changed: before, after, and a hash that covers the entry before."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from kernel.clock import rfc3339, utc_now
from kernel.database import WriteConnection
from write_side.context import Command
from write_side.staff.sql import INSERT_ENTRY, LOCK_CHAIN, SELECT_LAST_ENTRY

FIRST_HASH: Final = bytes(32)


async def record(
    conn: WriteConnection,
    command: Command,
    action: str,
    subject: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    """Append an entry for `command`; call it last, it takes the chain's lock."""
    await conn.execute(LOCK_CHAIN)
    last = await (await conn.execute(SELECT_LAST_ENTRY)).fetchone()
    sequence, previous = (last[0] + 1, bytes(last[1])) if last else (1, FIRST_HASH)
    at = utc_now().replace(microsecond=0)
    await conn.execute(
        INSERT_ENTRY,
        {
            "sequence": sequence,
            "at": at,
            "actor_id": command.staff_id,
            "action": action,
            "subject": subject,
            "before": Jsonb(before) if before is not None else None,
            "after": Jsonb(after) if after is not None else None,
            "command_id": command.id,
            "request_id": command.request_id,
            "address": command.address,
            "previous": previous,
            "hash": entry_hash(previous, sequence, at, command.staff_id, action, subject, before, after),
        },
    )


def entry_hash(
    previous: bytes,
    sequence: int,
    at: datetime,
    actor_id: UUID,
    action: str,
    subject: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> bytes:
    """The hash of an entry; keys are sorted, so that what comes back from the database hashes the same."""
    facts = [sequence, rfc3339(at), str(actor_id), action, subject, before, after]
    return hashlib.sha256(previous + msgspec.json.encode(facts, order="sorted")).digest()
