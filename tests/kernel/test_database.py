"""Connections: a read connection refuses writes, in Postgres and in the type checker."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from kernel.database import Database, SyncDatabase, WriteConnection
from kernel.settings import DatabaseSettings, load
from tests.kernel.queries import (
    ADD_ONE,
    COUNT_PREPARED,
    DELETE_ROLE,
    INSERT_ROLE,
    SELECT_ROLE,
    SHOW_PLANS,
    SHOW_TIME_OUTS,
)

WRONG = """
from kernel.database import Database, WriteConnection

async def store(conn: WriteConnection) -> None: ...

async def read(database: Database) -> None:
    async with database.read() as conn:
        await store(conn)
"""


def settings_of(stack) -> DatabaseSettings:
    direct = stack.env["TECHMART_DATABASE_DIRECT_URL"]
    (settings,) = load(
        DatabaseSettings,
        env={
            **stack.env,
            "TECHMART_DATABASE_URL": direct,
            "TECHMART_DATABASE_READ_URL": direct,
            "TECHMART_DATABASE_PREPARE": "2",
        },
    )
    return settings


def with_database(stack, work):
    async def run():
        database = Database(settings_of(stack))
        await database.open()
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())


def test_a_read_connection_refuses_to_write_even_on_the_primary(stack) -> None:
    async def write(database: Database) -> None:
        async with database.read() as conn:
            await conn.execute(INSERT_ROLE, {"name": "never"})

    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        with_database(stack, write)


def test_an_error_leaves_nothing_behind(stack) -> None:
    async def fail(database: Database) -> object:
        async def write(conn: WriteConnection) -> None:
            await conn.execute(INSERT_ROLE, {"name": "left_behind"})
            raise RuntimeError

        with pytest.raises(RuntimeError):
            await database.run(write)
        async with database.read() as conn:
            return await (await conn.execute(SELECT_ROLE, {"name": "left_behind"})).fetchone()

    assert with_database(stack, fail) is None


@pytest.mark.parametrize(
    "error",
    [
        psycopg.errors.SerializationFailure,
        psycopg.errors.DeadlockDetected,
        psycopg.errors.LockNotAvailable,
        psycopg.errors.QueryCanceled,
    ],
)
def test_transient_errors_run_the_work_again_three_times_at_most(stack, error: type[psycopg.Error]) -> None:
    tries = []

    def work_that_fails(times: int):
        async def work(conn: WriteConnection) -> str:
            tries.append(conn)
            if len(tries) <= times:
                raise error
            return "done"

        return work

    assert with_database(stack, lambda database: database.run(work_that_fails(2))) == "done"
    assert len(tries) == 3
    tries.clear()
    with pytest.raises(error):
        with_database(stack, lambda database: database.run(work_that_fails(3)))
    assert len(tries) == 3


def test_a_defect_is_not_tried_again(stack) -> None:
    tries = []

    async def work(conn: WriteConnection) -> None:
        tries.append(conn)
        raise psycopg.errors.UniqueViolation

    with pytest.raises(psycopg.errors.UniqueViolation):
        with_database(stack, lambda database: database.run(work))
    assert len(tries) == 1


def test_a_statement_is_prepared_and_planned_once_whatever_it_is_given(stack) -> None:
    """An amount in cents may need two, four or eight bytes: it is one statement all the same."""

    async def add(database: Database) -> tuple[object, ...]:
        async with database.transaction() as conn:
            for number in (1, 40_000, 5_000_000_000) * 3:
                row = await (await conn.execute(ADD_ONE, {"number": number})).fetchone()
                assert row == (number + 1,)
            (prepared,) = await (await conn.execute(COUNT_PREPARED)).fetchone() or ()
            (plans,) = await (await conn.execute(SHOW_PLANS)).fetchone() or ()
            return prepared, plans

    assert with_database(stack, add) == (1, "force_generic_plan")


def test_one_statement_commits_by_itself(stack) -> None:
    name = "commits_by_itself"

    async def insert(database: Database) -> list[object]:
        assert await database.execute(INSERT_ROLE, {"name": name}) == []
        with pytest.raises(psycopg.errors.UniqueViolation):
            await database.execute(INSERT_ROLE, {"name": name})
        return await database.execute(DELETE_ROLE, {"name": name})

    assert with_database(stack, insert) == [(name,)]


def test_requests_have_time_outs(stack) -> None:
    async def show(database: Database) -> object:
        async with database.transaction() as conn:
            return await (await conn.execute(SHOW_TIME_OUTS)).fetchone()

    assert with_database(stack, show) == ("10s", "2s", "15s")


def test_workers_have_time_outs(stack) -> None:
    database = SyncDatabase(settings_of(stack), size=1, statement_seconds=45)
    with database.transaction() as conn:
        assert conn.execute(SHOW_TIME_OUTS).fetchone() == ("45s", "10s", "50s")
    database.close()


def test_a_read_connection_is_no_write_connection_to_mypy(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text(WRONG)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(wrong)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    assert 'incompatible type "ReadConnection"; expected "WriteConnection"' in done.stdout
