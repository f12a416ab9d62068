"""Asynchronous pools, used by the APIs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

from kernel import tracing
from kernel.database.held import count_statement, measured, watch_pool
from kernel.database.limits import LOSSES, set_up, start_options
from kernel.database.retry import ATTEMPTS_MAX, is_connection_lost, is_transient, pause_seconds
from kernel.database.sql import IS_IN_RECOVERY
from kernel.settings import DatabaseSettings

T = TypeVar("T")

CHECK_AFTER_IDLE_SECONDS: Final = 1.0
"""Under load a connection is proved by its last use; an idle one may have lost its server, or be demoted."""

OPTIONS: Final = start_options(10, 2)
"""Of every request."""

WAITING_PER_CONNECTION: Final = 64
"""Requests that may queue for each connection: half a second of reads; beyond it the answer is 503 at once."""

READ_ONLY: Final = "-c default_transaction_read_only=on"
"""A read connection refuses to write even where its address happens to be the primary's."""


class ReadConnection(psycopg.AsyncConnection[TupleRow]):
    """A connection that only reads."""

    used_at: float = 0.0

    async def execute(self, *args: Any, **options: Any) -> psycopg.AsyncCursor[TupleRow]:
        """As psycopg's, counted for the request."""
        count_statement()
        return await super().execute(*args, **options)


class WriteConnection(ReadConnection):
    """A connection inside a transaction of the primary. What may write may also read, never the reverse."""


class Database:
    """A write pool on the primary, a read pool on the replica, and a small one that reads the primary."""

    def __init__(self, settings: DatabaseSettings, *, write: bool = True, read: bool = True) -> None:
        self._writers = _pool(WriteConnection, settings.database_url, settings) if write else None
        self._readers = _pool(ReadConnection, settings.database_read_url, settings) if read else None

    async def open(self) -> None:
        """Open the pools without waiting for a server: a process may start before its database."""
        for name, pool in (("write", self._writers), ("read", self._readers)):
            if pool is not None:
                await pool.open(wait=False)
                watch_pool(name, pool.get_stats)

    async def close(self) -> None:
        """Return every connection."""
        for pool in self._pools():
            await pool.close(timeout=2)

    def _pools(self) -> list[AsyncConnectionPool[Any]]:
        return [pool for pool in (self._writers, self._readers) if pool is not None]

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[WriteConnection]:
        """A READ COMMITTED transaction on the primary: commits at the end, rolls back on any error."""
        async with self._writing() as conn, conn.transaction():
            yield conn

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[WriteConnection]:
        assert self._writers is not None, "this process does not write"
        with tracing.inside("postgres write"):
            async with self._writers.connection() as conn:
                with measured("write"):
                    yield conn
                conn.used_at = time.monotonic()

    async def run(self, work: Callable[[WriteConnection], Awaitable[T]]) -> T:
        """`work` in a transaction; transient errors run it again, thrice at most."""

        async def once() -> T:
            async with self.transaction() as conn:
                return await work(conn)

        return await self._tried(once)

    async def execute(self, statement: str, parameters: Mapping[str, Any]) -> list[TupleRow]:
        """One statement that is a transaction of its own, with its rows: without the round trips of BEGIN and COMMIT."""

        async def once() -> list[TupleRow]:
            async with self._writing() as conn:
                cursor = await conn.execute(statement, parameters)
                return await cursor.fetchall() if cursor.description else []

        return await self._tried(once)

    async def _tried(self, action: Callable[[], Awaitable[T]]) -> T:
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                return await action()
            except psycopg.Error as error:
                if is_connection_lost(error) and self._writers is not None:
                    await self._writers.drain()
                if not is_transient(error) or attempt == ATTEMPTS_MAX:
                    raise
                await asyncio.sleep(pause_seconds(attempt))
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadConnection]:
        """A replica connection in autocommit: each statement sees what is replicated by then."""
        assert self._readers is not None, "this process has no replica"
        with tracing.inside("postgres read"):
            async with self._readers.connection() as conn:
                with measured("read"):
                    yield conn
                conn.used_at = time.monotonic()


def _pool(kind: type[Any], url: str, settings: DatabaseSettings) -> AsyncConnectionPool[Any]:
    reads_only = kind is ReadConnection

    async def configure(conn: psycopg.AsyncConnection[Any]) -> None:
        set_up(conn, settings)

    options = f"{OPTIONS} {READ_ONLY}" if reads_only else OPTIONS
    pooled = settings.database_url != settings.database_direct_url
    return AsyncConnectionPool(
        url,
        kwargs={"autocommit": True, **LOSSES, **({} if pooled else {"options": options})},
        connection_class=kind,
        min_size=1,
        max_size=settings.database_pool,
        timeout=settings.database_wait_seconds,
        max_waiting=settings.database_pool * WAITING_PER_CONNECTION,
        max_lifetime=600,
        configure=configure,
        check=_check_reader if reads_only else _check_writer,
        open=False,
    )


async def _check_reader(conn: ReadConnection) -> None:
    if time.monotonic() - conn.used_at > CHECK_AFTER_IDLE_SECONDS:
        await AsyncConnectionPool.check_connection(conn)


async def _check_writer(conn: WriteConnection) -> None:
    """A server that was demoted is no primary, even if the connection stands."""
    if time.monotonic() - conn.used_at <= CHECK_AFTER_IDLE_SECONDS:
        return
    row = await (await conn.execute(IS_IN_RECOVERY)).fetchone()
    if row is None or row[0]:
        raise psycopg.OperationalError("this server is a standby")
