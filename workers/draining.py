"""An actor's work: claim until a claim comes back short."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from math import inf
from typing import Any, Final
from uuid import UUID

import structlog
from prometheus_client import Counter
from psycopg_pool import PoolTimeout

from edge.store import StoreUnavailableError
from kernel import tracing
from kernel.database import SyncDatabase, SyncWriteConnection, is_transient
from kernel.database.retry import is_connection_lost
from kernel.settings import OutboxSettings
from kernel.telemetry import on_behalf_of
from workers import sql
from workers.bell import Bell
from workers.consumers import Consumer, Delivery, Rings

log = structlog.get_logger()
DONE = Counter("techmart_deliveries_done_total", "Deliveries finished", ["consumer"])
FAILED = Counter("techmart_deliveries_failed_total", "Attempts that failed", ["consumer"])
TRANSACTION_SECONDS: Final = 30
"""An effect may take this long; an intent older than it is a killed worker's."""

TURN_SECONDS: Final = 60.0
"""A drain claims nothing more after this long and is rung again: far below the broker's limit for a message, which
would interrupt it anywhere."""

WORKER: Final = f"{socket.gethostname()}:{os.getpid()}"
Stopping = Callable[[], bool]


class Drain:
    """Works off the deliveries of one consumer until there are none, its turn is over or the process stops."""

    def __init__(
        self,
        consumer: Consumer,
        database: SyncDatabase,
        bell: Bell,
        settings: OutboxSettings,
        stopping: Stopping = lambda: False,
    ) -> None:
        self.consumer, self.database, self.bell, self.settings = consumer, database, bell, settings
        self.batch = min(consumer.batch, settings.outbox_batch)
        self._stopping = stopping
        self._owner = {"consumer": consumer.name, "attempts_max": settings.outbox_attempts_max}

    def run(self) -> None:
        """Clear the wake-up, then claim until nothing is ready."""
        self.bell.clear(self.consumer.name)
        if self.consumer.waits_for_imports and self._import_runs():
            return
        transactional = self.consumer.effect is not None
        batch = self._effect_batch if transactional else self._lease_batch
        single = self._effect_single if transactional else self._lease_single
        over = time.monotonic() + TURN_SECONDS
        while time.monotonic() < over and not self._stopping():
            # Rows set apart take turns with full batches: neither waits for an end of the other.
            full, more = batch() >= self.batch, single()
            if not full and not more:
                return

    def _import_runs(self) -> bool:
        with self.database.transaction() as conn:
            return conn.execute(sql.IMPORT_RUNS).fetchone() == (True,)

    # Transactional

    def _effect_batch(self) -> int:
        with self.database.transaction() as conn:
            rows = conn.execute(sql.SELECT_BATCH, {**self._owner, "limit": self.batch}).fetchall()
            if not rows:
                return 0
            claimed = [_delivery(row) for row in rows]
            wanted = self._arrays(claimed)
            row = conn.execute(sql.INSERT_INTENT, {**wanted, "worker": WORKER}).fetchone()
            assert row is not None
        with self._working_on(claimed):
            try:
                self._carry_out(claimed, row[0])
            except Exception as error:  # whatever it was, the rows are tried one by one
                self._give_back(wanted, row[0], error)
        return len(rows)

    def _carry_out(self, claimed: Sequence[Delivery], intent: UUID | None) -> None:
        rings, done = self.database.run(lambda conn: self._effect(conn, claimed, intent))
        DONE.labels(self.consumer.name).inc(done)
        self.bell.ring(rings)

    def _effect(self, conn: SyncWriteConnection, claimed: Sequence[Delivery], intent: UUID | None) -> tuple[Rings, int]:
        assert self.consumer.effect is not None
        conn.execute(sql.LIMIT_TRANSACTION, {"milliseconds": str(TRANSACTION_SECONDS * 1000)})
        locked = set(conn.execute(sql.LOCK_BATCH, self._arrays(claimed)).fetchall())
        deliveries = [delivery for delivery in claimed if (delivery.event_id, delivery.key) in locked]
        rings: Rings = set()
        if deliveries:
            rings = self.consumer.effect(conn, deliveries)
            conn.execute(sql.FINISH_BATCH, self._arrays(deliveries))
        if intent:
            conn.execute(sql.DELETE_INTENT, {"intent": intent})
        return rings, len(deliveries)

    def _give_back(self, wanted: Mapping[str, Any], intent: UUID, error: Exception) -> None:
        transient = is_away(error)
        log.warning("batch failed", consumer=self.consumer.name, transient=transient, error=str(error))
        FAILED.labels(self.consumer.name).inc()
        with self.database.transaction() as conn:
            if not transient:
                conn.execute(sql.MARK_SINGLE, wanted)
            conn.execute(sql.DELETE_INTENT, {"intent": intent})

    def _effect_single(self) -> bool:
        with self.database.transaction() as conn:
            row = conn.execute(sql.CLAIM_SINGLE, self._owner).fetchone()
        if row is None:
            return False
        if not _is_dead(row):
            delivery = _delivery(row)
            with self._working_on([delivery]):
                try:
                    self._carry_out([delivery], None)
                except Exception as error:  # recorded with the row, which a person will read
                    self._record(delivery, error)
        return True

    def _record(self, delivery: Delivery, error: Exception) -> None:
        attempt = delivery.attempts
        log.warning("delivery failed", consumer=self.consumer.name, key=delivery.key, attempt=attempt, error=str(error))
        FAILED.labels(self.consumer.name).inc()
        statement = sql.GIVE_BACK_SINGLE if is_away(error) else sql.RECORD_ERROR
        named = {"event_id": delivery.event_id, "key": delivery.key, "error": _short(error)}
        with self.database.transaction() as conn:
            conn.execute(statement, {**self._owner, **named})

    # Leased

    def _lease_batch(self) -> int:
        return self._lease(fresh=True, limit=self.batch)

    def _lease_single(self) -> bool:
        return self._lease(fresh=False, limit=1) > 0

    def _lease(self, *, fresh: bool, limit: int) -> int:
        claim = sql.LEASE_KEYED if self.consumer.keyed else sql.LEASE_DELIVERIES
        lease = self.settings.outbox_lease_seconds
        act_until = time.monotonic() + lease / 2
        with self.database.transaction() as conn:
            rows = conn.execute(claim, {**self._owner, "fresh": fresh, "limit": limit, "lease": lease}).fetchall()
        deliveries = [_delivery(row, act_until) for row in rows if not _is_dead(row)]
        deliveries.sort(key=lambda delivery: (delivery.key, delivery.event_id))
        if deliveries:
            with self._working_on(deliveries):
                failed = self._act(deliveries)
                self.database.run(lambda conn: self._settle(conn, deliveries, failed))
            DONE.labels(self.consumer.name).inc(sum(delivery.key not in failed for delivery in deliveries))
            FAILED.labels(self.consumer.name).inc(sum(delivery.key in failed for delivery in deliveries))
        return len(rows)

    def _act(self, deliveries: Sequence[Delivery]) -> Mapping[str, Exception]:
        assert self.consumer.act is not None
        try:
            return self.consumer.act(self.database, deliveries)
        except Exception as error:  # recorded with every row of the batch
            log.warning("batch failed", consumer=self.consumer.name, error=str(error))
            return {delivery.key: error for delivery in deliveries}

    def _settle(
        self, conn: SyncWriteConnection, deliveries: Sequence[Delivery], errors: Mapping[str, Exception]
    ) -> None:
        keyed = self.consumer.keyed
        done = [delivery for delivery in deliveries if delivery.key not in errors]
        failed = [delivery for delivery in deliveries if delivery.key in errors]
        if done:
            conn.execute(sql.FINISH_KEYED if keyed else sql.FINISH_DELIVERIES, self._arrays(done))
        if failed:
            reasons = {
                "errors": [_short(errors[delivery.key]) for delivery in failed],
                "away": [is_away(errors[delivery.key]) for delivery in failed],
            }
            conn.execute(sql.FAIL_KEYED if keyed else sql.FAIL_DELIVERIES, {**self._arrays(failed), **reasons})

    # Both

    @contextmanager
    def _working_on(self, deliveries: Sequence[Delivery]) -> Iterator[None]:
        """Work inside is logged and traced as done for these deliveries' requests."""
        began = time.perf_counter()
        request_ids = sorted({delivery.request_id for delivery in deliveries if delivery.request_id})
        with (
            on_behalf_of(delivery.request_id for delivery in deliveries),
            tracing.consuming(self.consumer.name, [delivery.traceparent for delivery in deliveries]),
        ):
            yield
            log.info(
                "drained",
                consumer=self.consumer.name,
                deliveries=len(deliveries),
                ms=round((time.perf_counter() - began) * 1000, 1),
                request_ids=request_ids,
            )

    def _arrays(self, deliveries: Sequence[Delivery]) -> dict[str, Any]:
        return {
            **self._owner,
            "event_ids": [delivery.event_id for delivery in deliveries],
            "keys": [delivery.key for delivery in deliveries],
            "revisions": [delivery.revision for delivery in deliveries],
            "leases": [delivery.lease_until for delivery in deliveries],
        }


def is_away(error: Exception) -> bool:
    """Whether something the effect needs did not answer, which says nothing about the delivery."""
    return is_transient(error) or is_connection_lost(error) or isinstance(error, StoreUnavailableError | PoolTimeout)


def _delivery(row: Sequence[Any], act_until: float = inf) -> Delivery:
    """A claimed row, in the columns that every claim answers with."""
    return replace(Delivery(*row[:9]), act_until=act_until)


def _is_dead(row: Sequence[Any]) -> bool:
    return bool(row[9])


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500].replace("\0", "")
