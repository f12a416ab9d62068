"""Days of the outbox: prepared ahead, dropped when they are over.

Events and deliveries are partitioned alike by the id of the event, a UUIDv7, whose first 48 bits are milliseconds: a
day is a range of ids.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from kernel.clock import utc_now
from kernel.database import SyncDatabase, SyncWriteConnection, is_transient
from workers import clock_sql as sql

DAYS_AHEAD: Final = 14
PARENTS: Final = ("outbox_event", "outbox_delivery")


def first_id(day: date) -> UUID:
    """The lowest UUIDv7-ordered value of a UTC day: its milliseconds, then zeros."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return UUID(int=int(midnight.timestamp() * 1000) << 80)


def prepare_days(database: SyncDatabase, ahead: int = DAYS_AHEAD) -> int:
    """Create the partitions of today and the days ahead; return how many days were new.

    A day whose rows already lie in the DEFAULT partition is left there.
    """
    today = utc_now().date()
    days = [today + timedelta(days=n) for n in range(ahead + 1)]
    return sum(database.run(lambda conn, day=day: _prepare(conn, day)) for day in days)  # type: ignore[misc]


def drop_old_days(database: SyncDatabase, keep_days: int) -> int:
    """Drop days older than `keep_days` with nothing undone; dead deliveries are kept apart. Return how many."""
    oldest = utc_now().date() - timedelta(days=keep_days)
    with database.transaction() as conn:
        days = [day for day in _days(conn, PARENTS[1]) if day < oldest]
    dropped = 0
    for day in days:
        try:
            dropped += database.run(lambda conn, day=day: _drop(conn, day))  # type: ignore[misc]
        except psycopg.Error as error:
            if not is_transient(error):
                raise
    return dropped


def _prepare(conn: SyncWriteConnection, day: date) -> bool:
    if day in _days(conn, PARENTS[0]):
        return False
    conn.execute(sql.LIMIT_LOCK_WAIT)
    bounds = {"low": first_id(day), "high": first_id(day + timedelta(days=1))}
    if conn.execute(sql.DEFAULT_HOLDS_DAY, bounds).fetchone() == (True,):
        return False
    for parent in PARENTS:
        conn.execute(
            SQL(sql.CREATE_PARTITION).format(
                name=Identifier(_name(parent, day)),
                parent=Identifier(parent),
                low=Literal(str(bounds["low"])),
                high=Literal(str(bounds["high"])),
            )
        )
    return True


def _drop(conn: SyncWriteConnection, day: date) -> bool:
    """Looked at again under the lock that a replay takes too: what came back to life keeps its day."""
    conn.execute(sql.LIMIT_LOCK_WAIT)
    conn.execute(sql.LOCK_REPLAY)
    bounds = {"low": first_id(day), "high": first_id(day + timedelta(days=1))}
    if conn.execute(sql.DAY_HAS_UNDONE, bounds).fetchone() == (True,):
        return False
    conn.execute(sql.KEEP_DEAD, bounds)
    for parent in PARENTS:
        conn.execute(SQL(sql.DROP_PARTITION).format(name=Identifier(_name(parent, day))))
    return True


def _days(conn: SyncWriteConnection, parent: str) -> list[date]:
    rows = conn.execute(sql.SELECT_PARTITIONS, {"parent": parent})
    return [datetime.strptime(name[-8:], "%Y%m%d").replace(tzinfo=UTC).date() for (name,) in rows]


def _name(parent: str, day: date) -> str:
    return f"{parent}_{day:%Y%m%d}"
