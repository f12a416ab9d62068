"""Runs of imports: one at a time, each with a row that says how far it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import psycopg

from kernel.database import SyncDatabase
from write_side.catalog.importing import sql

SOURCE_MAX: Final = 400


class ImportRunningError(Exception):
    """Another import is under way."""


@dataclass
class Progress:
    """Rows so far. `read` counts all of them, the rest what became of them."""

    read: int = 0
    created: int = 0
    updated: int = 0
    same: int = 0
    rejected: int = 0

    @property
    def applied(self) -> int:
        return self.created + self.updated


@contextmanager
def run_of(database: SyncDatabase, source: str) -> Iterator[UUID]:
    """The id of a run that nobody else's can join: raises `ImportRunningError` while there is one.

    The lock is that of a transaction kept open meanwhile, which has no snapshot and so keeps no row alive. It goes with
    its connection: an import that was killed is in nobody's way.
    """
    with database.transaction() as holder:
        holder.execute(sql.LIMIT_LOCK)
        try:
            holder.execute(sql.LOCK_RUNS)
        except psycopg.errors.LockNotAvailable as error:
            raise ImportRunningError("another import is running; start this one when it has ended") from error
        run_id = _start(database, source)
        state = "failed"
        try:
            yield run_id
            state = "finished"
        finally:
            with database.transaction() as conn:
                conn.execute(sql.FINISH_RUN, {"id": run_id, "state": state})


def beat(database: SyncDatabase, run_id: UUID, progress: Progress) -> None:
    """Say how far the run is: lists wait for a feed that is alive."""
    counts: dict[str, object] = {
        "id": run_id,
        "read": progress.read,
        "applied": progress.applied,
        "same": progress.same,
        "rejected": progress.rejected,
    }
    with database.transaction() as conn:
        conn.execute(sql.BEAT, counts)


def _start(database: SyncDatabase, source: str) -> UUID:
    with database.transaction() as conn:
        conn.execute(sql.FAIL_DEAD_RUNS)
        row = conn.execute(sql.START_RUN, {"source": source[:SOURCE_MAX], "fingerprint": bytes(32)}).fetchone()
    assert row is not None
    return UUID(str(row[0]))
