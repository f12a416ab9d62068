"""An actor's work: claim until a claim comes back short."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog
from prometheus_client import Counter
from psycopg_pool import PoolTimeout

from edge.store import StoreUnavailableError
from kernel.database import SyncDatabase, SyncWriteConnection, is_transient
from kernel.database.retry import is_connection_lost
from kernel.settings import OutboxSettings
from kernel.telemetry import bind_request_id
from workers import sql
from workers.bell import Bell
from workers.consumers import Consumer, Delivery, Rings

log = structlog.get_logger()
DONE = Counter("techmart_deliveries_done_total", "Deliveries finished", ["consumer"])
FAILED = Counter("techmart_deliveries_failed_total", "Attempts that failed", ["consumer"])
TRANSACTION_SECONDS = 30
"""An effect may take this long; an intent older than it is a killed worker's."""
WORKER = f"{socket.gethostname()}:{os.getpid()}"


class Drain:
    """Works off the deliveries of one consumer."""

    def __init__(self, consumer: Consumer, database: SyncDatabase, bell: Bell, settings: OutboxSettings) -> None:
        self.consumer, self.database, self.bell = consumer, database, bell
        self.batch = min(consumer.batch, settings.outbox_batch)
        self.attempts_max = settings.outbox_attempts_max

    def run(self) -> None:
        """Clear the wake-up, then claim until nothing is ready."""
        self.bell.clear(self.consumer.name)
        if self.consumer.waits_for_imports and self._import_runs():
            return
        once = self._effect_batch if self.consumer.effect else self._lease_batch
        while once() >= self.batch:
            continue
        single = self._effect_single if self.consumer.effect else self._lease_single
        while single():
            continue

    def _import_runs(self) -> bool:
        with self.database.transaction() as conn:
            return conn.execute(sql.IMPORT_RUNS).fetchone() == (True,)

    # Transactional

    def _effect_batch(self) -> int:
        owner = {"consumer": self.consumer.name}
        with self.database.transaction() as conn:
            rows = conn.execute(sql.SELECT_BATCH, {**owner, "limit": self.batch}).fetchall()
            if not rows:
                return 0
            wanted = {**owner, "event_ids": [row[0] for row in rows], "keys": [row[1] for row in rows]}
            intent = _first(conn, sql.INSERT_INTENT, {**wanted, "worker": WORKER})
        try:
            self.bell.ring(self.database.run(lambda conn: self._carry_out(conn, wanted, intent)))
        except Exception as error:  # whatever it was, the rows are tried one by one
            self._give_back(wanted, intent, error)
        return len(rows)

    def _carry_out(self, conn: SyncWriteConnection, wanted: Mapping[str, Any], intent: UUID | None) -> Rings:
        conn.execute(sql.LIMIT_TRANSACTION, {"milliseconds": str(TRANSACTION_SECONDS * 1000)})
        locked = conn.execute(sql.LOCK_BATCH, wanted).fetchall()
        deliveries = [Delivery(row[0], row[1], row[2], row[3], row[4]) for row in locked]
        rings: Rings = set()
        if deliveries:
            bind_request_id(deliveries[-1].request_id)
            assert self.consumer.effect is not None
            rings = self.consumer.effect(conn, deliveries)
            done = {"event_ids": [d.event_id for d in deliveries], "keys": [d.key for d in deliveries]}
            conn.execute(sql.FINISH_BATCH, {**wanted, **done})
        if intent:
            conn.execute(sql.DELETE_INTENT, {"intent": intent})
        DONE.labels(self.consumer.name).inc(len(deliveries))
        return rings

    def _give_back(self, wanted: Mapping[str, Any], intent: UUID | None, error: Exception) -> None:
        transient = _is_away(error)
        log.warning("batch failed", consumer=self.consumer.name, transient=transient, error=str(error))
        FAILED.labels(self.consumer.name).inc()
        with self.database.transaction() as conn:
            if not transient:
                conn.execute(sql.MARK_SINGLE, wanted)
            conn.execute(sql.DELETE_INTENT, {"intent": intent})

    def _effect_single(self) -> bool:
        owner = {"consumer": self.consumer.name, "attempts_max": self.attempts_max}
        with self.database.transaction() as conn:
            row = conn.execute(sql.CLAIM_SINGLE, owner).fetchone()
        if row is None:
            return False
        event_id, key, attempts, dead = row
        if dead:
            return True
        try:
            one = {**owner, "event_ids": [event_id], "keys": [key]}
            self.bell.ring(self.database.run(lambda conn: self._carry_out(conn, one, None)))
        except Exception as error:  # recorded with the row, which a person will read
            log.warning("delivery failed", consumer=self.consumer.name, key=key, attempt=attempts, error=str(error))
            FAILED.labels(self.consumer.name).inc()
            statement = sql.GIVE_BACK_SINGLE if _is_away(error) else sql.RECORD_ERROR
            with self.database.transaction() as conn:
                conn.execute(statement, {**owner, "event_id": event_id, "key": key, "error": _short(error)})
        return True

    # Leased

    def _lease_batch(self) -> int:
        return self._lease(fresh=True, limit=self.batch)

    def _lease_single(self) -> bool:
        return self._lease(fresh=False, limit=1) > 0

    def _lease(self, *, fresh: bool, limit: int) -> int:
        claim = sql.LEASE_KEYED if self.consumer.keyed else sql.LEASE_DELIVERIES
        wanted = {
            "consumer": self.consumer.name,
            "fresh": fresh,
            "limit": limit,
            "lease": self.consumer.lease_seconds,
            "attempts_max": self.attempts_max,
        }
        with self.database.transaction() as conn:
            rows = conn.execute(claim, wanted).fetchall()
        if not rows:
            return 0
        alive = sorted((row for row in rows if not row[5]), key=lambda row: (row[1], row[0]))
        deliveries = [Delivery(row[0], row[1], row[3], revision=row[2], attempts=row[4]) for row in alive]
        failed = self._act(deliveries) if deliveries else {}
        self.database.run(lambda conn: self._settle(conn, deliveries, failed))
        return len(rows)

    def _settle(
        self, conn: SyncWriteConnection, deliveries: Sequence[Delivery], failed: Mapping[str, Exception]
    ) -> None:
        self._finish(conn, [d for d in deliveries if d.key not in failed])
        self._fail(conn, [d for d in deliveries if d.key in failed], failed)

    def _act(self, deliveries: Sequence[Delivery]) -> Mapping[str, Exception]:
        assert self.consumer.act is not None
        try:
            return self.consumer.act(self.database, deliveries)
        except Exception as error:  # recorded with every row of the batch
            log.warning("batch failed", consumer=self.consumer.name, error=str(error))
            return {delivery.key: error for delivery in deliveries}

    def _finish(self, conn: SyncWriteConnection, done: Sequence[Delivery]) -> None:
        statement = sql.FINISH_KEYED if self.consumer.keyed else sql.FINISH_DELIVERIES
        if done:
            conn.execute(statement, self._arrays(done))
        DONE.labels(self.consumer.name).inc(len(done))

    def _fail(self, conn: SyncWriteConnection, failed: Sequence[Delivery], errors: Mapping[str, Exception]) -> None:
        if not failed:
            return
        statement = sql.FAIL_KEYED if self.consumer.keyed else sql.FAIL_DELIVERIES
        reasons = {
            "errors": [_short(errors[d.key]) for d in failed],
            "away": [_is_away(errors[d.key]) for d in failed],
            "attempts_max": self.attempts_max,
        }
        conn.execute(statement, {**self._arrays(failed), **reasons})
        FAILED.labels(self.consumer.name).inc(len(failed))

    def _arrays(self, deliveries: Sequence[Delivery]) -> dict[str, Any]:
        return {
            "consumer": self.consumer.name,
            "event_ids": [d.event_id for d in deliveries],
            "keys": [d.key for d in deliveries],
            "revisions": [d.revision for d in deliveries],
        }


def _first(conn: SyncWriteConnection, statement: str, parameters: Mapping[str, Any]) -> Any:
    row = conn.execute(statement, parameters).fetchone()
    assert row is not None
    return row[0]


def _is_away(error: Exception) -> bool:
    """Whether something the effect needs did not answer, which says nothing about the delivery."""
    return is_transient(error) or is_connection_lost(error) or isinstance(error, StoreUnavailableError | PoolTimeout)


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500].replace("\0", "")
