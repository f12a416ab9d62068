"""The ledger: one SQLite file, one writer, and one commit for everything that waits."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

from ops.sandbox.gateway import sql

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], Any]
Parameters = Sequence[Any] | Mapping[str, Any]

LINES_AT_ONCE: Final = 500


class Ledger:
    """What the gateway knows. Writes are durable before they are answered."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file
        self._writer = _connect(file)
        self._writer.executescript(sql.OPEN_WRITER)
        self._writer.executescript(sql.SCHEMA)
        self._reader = _connect(file)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._waiting: list[tuple[Work, asyncio.Future[Any]]] = []
        self._committer: asyncio.Task[None] | None = None

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """`work`'s result once it is on disk; what it raises leaves no trace."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future))
        if self._committer is None or self._committer.done():
            self._committer = asyncio.create_task(self._commit_waiting())
        return await future

    def read(self, statement: str, parameters: Parameters = ()) -> list[Any]:
        """Rows as they are committed."""
        return self._reader.execute(statement, parameters).fetchall()

    def lines(self, statement: str) -> Iterator[str]:
        """The one column of each row, many lines at a time, all of one moment."""
        snapshot = _connect(self._file)
        try:
            found = snapshot.execute(statement)
            while rows := found.fetchmany(LINES_AT_ONCE):
                yield "\n".join(line for (line,) in rows) + "\n"
        finally:
            snapshot.close()

    async def close(self) -> None:
        """Finish what waits."""
        if self._committer is not None:
            await self._committer
        self._thread.shutdown()
        self._reader.close()
        self._writer.close()

    async def _commit_waiting(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            outcomes = await loop.run_in_executor(self._thread, self._commit, [work for work, _ in batch])
            for (_, future), outcome in zip(batch, outcomes, strict=True):
                if future.cancelled():
                    continue
                if isinstance(outcome, Exception):
                    future.set_exception(outcome)
                else:
                    future.set_result(outcome)

    def _commit(self, works: Sequence[Work]) -> list[Any]:
        try:
            self._writer.execute(sql.BEGIN)
            outcomes = [self._carry_out(work) for work in works]
            self._writer.execute(sql.COMMIT)
        except sqlite3.Error as error:
            if self._writer.in_transaction:
                self._writer.execute(sql.ROLLBACK)
            return [error] * len(works)
        return outcomes

    def _carry_out(self, work: Work) -> Any:
        self._writer.execute(sql.SAVEPOINT)
        try:
            outcome = work(self._writer)
        except Exception as error:  # one caller's failure is no other's
            self._writer.execute(sql.ROLLBACK_TO_SAVEPOINT)
            outcome = error
        self._writer.execute(sql.RELEASE)
        return outcome


def _connect(file: Path) -> sqlite3.Connection:
    conn = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    conn.executescript(sql.OPEN)
    return conn
