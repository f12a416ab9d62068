"""Sweeps: what has to happen because time passes.

Every sweep may run twice, late or never for a day: partitions are prepared two weeks ahead and a DEFAULT partition
takes what finds none, rows of killed workers are taken up a little later.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from edge.store import StoreError
from kernel.database import SyncDatabase, SyncWriteConnection
from kernel.settings import DatabaseSettings, OutboxSettings, ServerSettings, load
from kernel.telemetry import configure_logging
from kernel.web import serve_health
from workers import clock_sql as sql
from workers.draining import TRANSACTION_SECONDS
from workers.order_sweep import OrderSweep
from workers.sql import MARK_SINGLE, STALE_INTENTS
from write_side.inventory.holds import sweep_expired

log = structlog.get_logger()
ROWS_MAX: Final = 5000
"""A sweep deletes at most so many rows a turn: short transactions, and the next turn comes."""

HOLDS_MAX: Final = 2000
"""Holds taken back a turn, in one transaction that has their stock rows locked."""

DAYS_AHEAD: Final = 14
TOMBSTONE_DAYS: Final = 14
INTENT_GRACE_SECONDS: Final = 5
FAILED_SECONDS: Final = 5.0
SWEEP_SECONDS: Final = 300
"""A statement of a sweep takes no longer; a snapshot of the index reads every product in one."""


@dataclass(frozen=True)
class Sweep:
    """A piece of work and how often it is looked at."""

    name: str
    every_seconds: float
    run_once: Callable[[SyncDatabase], int]


def take_up_killed(
    database: SyncDatabase, older_than_seconds: float = TRANSACTION_SECONDS + INTENT_GRACE_SECONDS
) -> int:
    """Mark the rows of killed workers to be tried one by one; return how many batches there were."""

    def work(conn: SyncWriteConnection) -> int:
        stale = conn.execute(STALE_INTENTS, {"seconds": older_than_seconds}).fetchall()
        for consumer, event_ids, keys in stale:
            log.warning("a worker was killed", consumer=consumer, rows=len(keys))
            conn.execute(MARK_SINGLE, {"consumer": consumer, "event_ids": event_ids, "keys": keys})
        return len(stale)

    return database.run(work)


def forget_expired(database: SyncDatabase) -> int:
    """Delete what nobody may ask for any more; return how many rows."""
    statements = (
        sql.DELETE_OLD_IDEMPOTENCY_KEYS,
        sql.DELETE_OLD_SESSIONS,
        sql.DELETE_OLD_FAILURES,
        sql.DELETE_OLD_WAKEUPS,
        sql.PURGE_TOMBSTONES,
    )
    limits = {"limit": ROWS_MAX, "days": TOMBSTONE_DAYS}
    return sum(database.run(lambda conn, s=s: conn.execute(s, limits).rowcount) for s in statements)  # type: ignore[misc]


def keep_partitions(database: SyncDatabase) -> int:
    """Prepare the coming days, drop those that are over with nothing undone; return how many tables changed."""
    (settings,) = load(OutboxSettings)
    days = {"days": DAYS_AHEAD, "keep_days": settings.outbox_keep_days}
    changed = 0
    for statement in (sql.PREPARE_DAYS, sql.DROP_OLD_DAYS, sql.SWEEP_DEFAULTS):

        def work(conn: SyncWriteConnection, statement: str = statement) -> int:
            conn.execute(sql.LIMIT_LOCK_WAIT)
            row = conn.execute(statement, days).fetchone()
            return row[0] if row and isinstance(row[0], int) else 0

        changed += database.run(work)
    return changed


def publish_snapshot(database: SyncDatabase) -> int:
    """A snapshot of the search index, from which new nodes start; return how many products are in it."""
    from workers.search_snapshot import publish

    return publish(database)


def take_back_holds(database: SyncDatabase) -> int:
    """Take back expired holds, so that pages show their units again; return how many."""
    return database.run(lambda conn: sweep_expired(conn, HOLDS_MAX))


SWEEPS: Final = (
    Sweep("killed workers", 5, take_up_killed),
    Sweep("expired holds", 5, take_back_holds),
    Sweep("partitions", 3600, keep_partitions),
    Sweep("expired rows", 600, forget_expired),
    Sweep("search snapshot", 3600, publish_snapshot),
)


class Clock:
    """Runs each sweep when it is due."""

    def __init__(self, database: SyncDatabase, sweeps: tuple[Sweep, ...] = SWEEPS) -> None:
        self._database = database
        self._due = dict.fromkeys(sweeps, 0.0)
        self.healthy = True

    def run_once(self) -> float:
        """Run what is due; return the seconds until the next."""
        for sweep, at in self._due.items():
            if at <= time.monotonic():
                self._due[sweep] = time.monotonic() + self._run(sweep)
        return max(0.0, min(self._due.values()) - time.monotonic())

    def _run(self, sweep: Sweep) -> float:
        try:
            if done := sweep.run_once(self._database):
                log.info("swept", sweep=sweep.name, done=done)
        except (psycopg.Error, PoolTimeout, StoreError) as error:
            log.warning("sweep failed", sweep=sweep.name, error=str(error))
            self.healthy = False
            return min(FAILED_SECONDS, sweep.every_seconds)
        self.healthy = True
        return sweep.every_seconds


def main() -> None:
    """Run until SIGTERM."""
    configure_logging()
    database_settings, server = load(DatabaseSettings, ServerSettings)
    database = SyncDatabase(database_settings, size=2, statement_seconds=SWEEP_SECONDS)
    clock = Clock(database)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    orders = OrderSweep()
    orders.start()
    serve_health(server.metrics_port, lambda: clock.healthy and orders.healthy)
    while not stop.wait(clock.run_once()):
        continue
    orders.stop()
    database.close()


if __name__ == "__main__":
    main()
