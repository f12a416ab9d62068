"""Synchronous pools, used by workers, imports and tools. They read and write the primary alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

from kernel import tracing
from kernel.database.limits import LOSSES, set_up, start_options
from kernel.database.retry import ATTEMPTS_MAX, is_connection_lost, is_transient, pause_seconds
from kernel.settings import DatabaseSettings

T = TypeVar("T")


class SyncReadConnection(psycopg.Connection[TupleRow]):
    """A connection that only reads."""


class SyncWriteConnection(SyncReadConnection):
    """A connection inside a transaction of the primary."""


class SyncDatabase:
    """One pool on the primary."""

    def __init__(
        self,
        settings: DatabaseSettings,
        *,
        size: int | None = None,
        url: str | None = None,
        statement_seconds: int | None = None,
    ) -> None:
        """`statement_seconds` bounds each statement of a process that must go on; tools have what their role allows."""
        address = url or settings.database_url
        direct = address == settings.database_direct_url

        def configure(conn: psycopg.Connection[Any]) -> None:
            set_up(conn, settings)

        self._pool: ConnectionPool[SyncWriteConnection] = ConnectionPool(
            address,
            kwargs={
                **LOSSES,
                **({"options": start_options(statement_seconds)} if direct and statement_seconds else {}),
            },
            connection_class=SyncWriteConnection,
            min_size=0,
            max_size=size or settings.database_pool,
            timeout=settings.database_wait_seconds * 5,
            max_lifetime=600,
            configure=configure,
            open=True,
        )

    def close(self) -> None:
        """Return every connection."""
        self._pool.close(timeout=2)

    @contextmanager
    def transaction(self) -> Iterator[SyncWriteConnection]:
        """A READ COMMITTED transaction on the primary: commits at the end, rolls back on any error."""
        with tracing.inside("postgres write"), self._pool.connection() as conn, conn.transaction():
            yield conn

    @contextmanager
    def snapshot(self) -> Iterator[SyncReadConnection]:
        """A read-only REPEATABLE READ transaction, for audits alone."""
        with self._pool.connection() as conn:
            conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            conn.read_only = True
            try:
                with conn.transaction():
                    yield conn
            finally:
                conn.isolation_level = None
                conn.read_only = None

    def run(self, work: Callable[[SyncWriteConnection], T]) -> T:
        """`work` in a transaction; transient errors run it again, thrice at most."""
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                with self.transaction() as conn:
                    return work(conn)
            except psycopg.Error as error:
                if is_connection_lost(error):
                    self._pool.drain()
                if not is_transient(error) or attempt == ATTEMPTS_MAX:
                    raise
                time.sleep(pause_seconds(attempt))
        raise AssertionError("unreachable")
