"""The relay's gauges: what is due, how old the oldest is, what was given up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import pytest
from prometheus_client import CollectorRegistry

from kernel.database import SyncDatabase
from kernel.settings import DatabaseSettings, load
from tests.pipeline import queries
from tests.pipeline.pipeline import Pipeline
from workers import backlog
from workers.backlog import Backlog
from workers.consumers import Consumer, Delivery

READY, OLDEST, DEAD = "techmart_deliveries_ready", "techmart_deliveries_oldest_seconds", "techmart_deliveries_dead"


def gauges(pipeline: Pipeline, database: SyncDatabase | None = None) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(Backlog(database or pipeline.database, list(pipeline.consumers)))
    return registry


def value(registry: CollectorRegistry, gauge: str, consumer: str) -> float | None:
    return registry.get_sample_value(gauge, {"consumer": consumer})


def failed(_database: object, deliveries: Sequence[Delivery]) -> Mapping[str, Exception]:
    return {delivery.key: ValueError("indigestible") for delivery in deliveries}


def test_an_idle_shop_owes_nothing(pipeline: Pipeline) -> None:
    registry = gauges(pipeline)
    for consumer in pipeline.consumers:
        assert [value(registry, gauge, consumer) for gauge in (READY, OLDEST, DEAD)] == [0, 0, 0]


def test_what_is_owed_is_counted_by_consumer(pipeline: Pipeline) -> None:
    for n in range(3):
        pipeline.create(f"pen-{n}")
    assert value(gauges(pipeline), READY, "offers.project") == 3
    assert (value(gauges(pipeline), OLDEST, "offers.project") or 0) > 0
    pipeline.project()
    registry = gauges(pipeline)
    assert value(registry, READY, "offers.project") == 0
    assert value(registry, READY, "documents.publish") == 6
    # Lists wait for further changes: not due, and yet not done.
    assert value(registry, READY, "lists.project") == 0
    assert (value(registry, OLDEST, "lists.project") or 0) > 0


def test_a_delivery_that_fails_again_and_again_grows_old(pipeline: Pipeline) -> None:
    pipeline.create("pen")
    pipeline.execute(queries.AGE_DELIVERIES)
    pipeline.drain(consumer=Consumer("offers.project", "now", effect=lambda _conn, _deliveries: 1 / 0))
    registry = gauges(pipeline)
    assert value(registry, READY, "offers.project") == 0
    assert (value(registry, OLDEST, "offers.project") or 0) > 3000


def test_what_was_given_up_is_counted_wherever_it_lies(pipeline: Pipeline) -> None:
    pipeline.create("pen")
    pipeline.project()
    keyed = Consumer("lists.project", "now", act=failed, keyed=True)
    for _ in range(pipeline.settings.outbox_attempts_max):
        pipeline.execute(queries.MAKE_DUE)
        pipeline.execute(queries.MAKE_KEYED_DUE)
        pipeline.drain(consumer=keyed)
        pipeline.drain(consumer=Consumer("documents.publish", "publish", act=failed))
    pipeline.execute(queries.INSERT_KEPT_DEAD)
    registry = gauges(pipeline)
    assert value(registry, DEAD, "lists.project") == 2
    assert value(registry, DEAD, "documents.publish") == 2
    assert value(registry, DEAD, "offers.project") == 1
    assert value(registry, OLDEST, "documents.publish") == 0


def test_counting_stops_somewhere(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "COUNTED_MAX", 2)
    for n in range(3):
        pipeline.create(f"pen-{n}")
    assert value(gauges(pipeline), READY, "offers.project") == 2


def test_without_a_database_nothing_is_claimed(pipeline: Pipeline) -> None:
    (settings,) = load(DatabaseSettings)
    nowhere = msgspec.structs.replace(settings, database_wait_seconds=0.05)
    database = SyncDatabase(nowhere, size=1, url="postgresql://nobody@127.0.0.1:1/none")
    try:
        assert value(gauges(pipeline, database), READY, "offers.project") is None
    finally:
        database.close()
