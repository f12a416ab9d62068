"""The one path every document takes.

Rows are inserted first where they are missing, locked in sorted order, and only then, in a later statement, are the
sources read: what is read is never older than what is stored. A version is raised when the content's hash changes,
and with it, in the same transaction, the publishers are owed an effect.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import structlog

from kernel import tracing
from kernel.database import SyncWriteConnection
from kernel.events import DocumentChanged
from kernel.ids import uuid7
from read_side.projections.kinds import Kind
from read_side.projections.shop import pages_delay_seconds
from read_side.projections.sql import APPEND_CHANGES, INSERT_MISSING, LOCK_DOCUMENTS, STORE_DOCUMENTS

log = structlog.get_logger()


@dataclass(frozen=True)
class Cause:
    """The command behind a change: noted with the document, followed in logs and traces, shown as its commit time."""

    command_id: UUID
    request_id: str | None = None
    committed_at: datetime | None = None
    event_id: UUID | None = None
    traceparent: str | None = None


@dataclass(frozen=True)
class Change:
    """A document whose content or state is new. `before` and `after` are bodies, None where it was or is gone."""

    id: str
    version: int
    before: Any
    after: Any


@dataclass(frozen=True)
class _Stored:
    version: int
    state: str
    hash: bytes
    content: str | None

    def is_now(self, encoded: bytes | None) -> bool:
        """Whether this is what `encoded` would be stored as. A hash beside another content is no proof of either."""
        if encoded is None or self.state != "live":
            return encoded is None and self.state != "live"
        return self.hash == content_hash(encoded) and self.content == encoded.decode()

    def body(self, kind: Kind) -> Any:
        """The body as its kind's shape; None for a gone document and for one that no reader could read."""
        if self.state != "live" or self.content is None:
            return None
        try:
            return msgspec.json.decode(self.content, type=kind.shape)
        except msgspec.MsgspecError as error:
            log.warning("a document is damaged", kind=kind.name, error=str(error))
            return None


_encoder = msgspec.json.Encoder()


def project(conn: SyncWriteConnection, kind: Kind, causes: Mapping[str, Cause]) -> list[Change]:
    """Bring the documents of these ids up to date in the caller's transaction; return those that changed."""
    ids = sorted(causes)
    stored = _lock(conn, kind, ids)
    contents = kind.build(conn, ids)
    changes: list[Change] = []
    bodies: dict[str, bytes | None] = {}
    for document_id in ids:
        body = contents.get(document_id)
        encoded = _encoder.encode(body) if body is not None else None
        before = stored[document_id]
        if before.is_now(encoded):
            continue
        bodies[document_id] = encoded
        changes.append(Change(document_id, before.version + 1, before.body(kind), body))
    if changes:
        _store(conn, kind, changes, bodies, causes)
        _announce(conn, kind, changes, causes)
    return changes


def content_hash(encoded: bytes | None) -> bytes:
    """The hash of a body as stored; a gone document's is empty."""
    return hashlib.sha256(encoded).digest() if encoded is not None else b""


def _lock(conn: SyncWriteConnection, kind: Kind, ids: Sequence[str]) -> dict[str, _Stored]:
    wanted = {"kind": kind.name, "ids": list(ids), "published_kinds": list(kind.published_kinds)}
    conn.execute(INSERT_MISSING, wanted)
    rows = conn.execute(LOCK_DOCUMENTS, wanted).fetchall()
    return {row[0]: _Stored(row[1], row[2], bytes(row[3]), row[4]) for row in rows}


def _store(
    conn: SyncWriteConnection,
    kind: Kind,
    changes: Sequence[Change],
    bodies: Mapping[str, bytes | None],
    causes: Mapping[str, Cause],
) -> None:
    encoded = [bodies[change.id] for change in changes]
    conn.execute(
        STORE_DOCUMENTS,
        {
            "kind": kind.name,
            "ids": [change.id for change in changes],
            "versions": [change.version for change in changes],
            "states": ["gone" if body is None else "live" for body in encoded],
            "hashes": [content_hash(body).hex() for body in encoded],
            "contents": [body.decode() if body is not None else None for body in encoded],
            "committed": [causes[change.id].committed_at for change in changes],
            "command_ids": [causes[change.id].command_id for change in changes],
        },
    )


def _announce(conn: SyncWriteConnection, kind: Kind, changes: Sequence[Change], causes: Mapping[str, Cause]) -> None:
    events = [
        DocumentChanged(
            document_id=f"{kind.name}:{change.id}",
            kind=kind.name,
            version=change.version,
            command_ids=[str(causes[change.id].command_id)],
        )
        for change in changes
    ]
    conn.execute(
        APPEND_CHANGES,
        {
            "documents": [event.document_id for event in events],
            "payloads": [_encoder.encode(event).decode() for event in events],
            "command_ids": [causes[change.id].command_id for change in changes],
            "request_ids": [causes[change.id].request_id for change in changes],
            "traceparents": [tracing.nearest(causes[change.id].traceparent) for change in changes],
            "consumers": list(kind.publishers),
            "keyed": list(kind.page_publishers),
            "delay_seconds": pages_delay_seconds(),
        },
    )


def rebuild_cause() -> Cause:
    """The cause of a rebuild: a command of its own, committed now."""
    return Cause(uuid7())
