"""What consumers are owed, as the relay's metrics show it at each scrape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import psycopg
import structlog
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from psycopg_pool import PoolTimeout

from kernel.database import SyncDatabase
from workers.sql import COUNT_DEAD, COUNT_OWED

log = structlog.get_logger()
COUNTED_MAX: Final = 1000
"""Rows of a consumer that are counted: what is more is too much already, and a scrape costs the same."""


class Backlog(Collector):
    """Three gauges a consumer. A database that does not answer gives none: their absence is what alerts see."""

    def __init__(self, database: SyncDatabase, consumers: Sequence[str]) -> None:
        self._database, self._consumers = database, list(consumers)

    def describe(self) -> Iterable[Metric]:
        return _gauges()

    def collect(self) -> Iterable[Metric]:
        try:
            with self._database.transaction() as conn:
                wanted = {"consumers": self._consumers, "limit": COUNTED_MAX}
                owed = conn.execute(COUNT_OWED, wanted).fetchall()
                dead = conn.execute(COUNT_DEAD, wanted).fetchall()
        except (psycopg.Error, PoolTimeout) as error:
            log.warning("the backlog is not known", error=str(error))
            return []
        ready, oldest, given_up = gauges = _gauges()
        for consumer, count, seconds in owed:
            ready.add_metric([consumer], count)
            oldest.add_metric([consumer], seconds)
        for consumer, count in dead:
            given_up.add_metric([consumer], count)
        return gauges


def _gauges() -> tuple[GaugeMetricFamily, GaugeMetricFamily, GaugeMetricFamily]:
    labels = ["consumer"]
    return (
        GaugeMetricFamily("techmart_deliveries_ready", f"Deliveries due, at most {COUNTED_MAX}", labels=labels),
        GaugeMetricFamily(
            "techmart_deliveries_oldest_seconds", "Age of the oldest delivery that is not done", labels=labels
        ),
        GaugeMetricFamily("techmart_deliveries_dead", f"Deliveries given up, at most {COUNTED_MAX}", labels=labels),
    )
