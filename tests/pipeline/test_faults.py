"""Killed workers, poison, a broker that forgets: effects happen, once, and nothing waits for what cannot."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace

import psycopg
import pytest

from edge import keys
from kernel.database import SyncWriteConnection
from kernel.settings import OutboxSettings
from tests.pipeline import queries
from tests.pipeline.pipeline import LOCALE, Pipeline, until
from workers.clock import keep_partitions, take_up_killed
from workers.consumers import Consumer, Delivery, Rings
from workers.projecting import project_offers
from workers.rebuilding import DOCUMENTS, publish_again, rebuild
from workers.relay import Relay


def killed(where: str) -> int:
    """Run a worker that is killed at a point; return its exit status."""
    return subprocess.run([sys.executable, "-m", "tests.pipeline.killed", where], timeout=60, check=False).returncode


def quiet(_name: str, _done: int, _total: int) -> None:
    """A rebuild's progress that nobody watches."""


def test_a_worker_killed_within_a_batch_leaves_it_to_others(pipeline: Pipeline) -> None:
    products = [pipeline.create(f"pen-{n}") for n in range(3)]
    assert killed("effect") == -9
    assert take_up_killed(pipeline.database, 0) == 1
    assert [pipeline.delivery("offers.project", p)[:3] for p in products] == [(0, True, False)] * 3
    pipeline.settle()
    assert [pipeline.delivery("offers.project", p)[:3] for p in products] == [(1, True, True)] * 3
    assert all(pipeline.version("offer", p) == 1 for p in products)


def test_a_worker_that_finished_is_not_taken_for_a_killed_one(pipeline: Pipeline) -> None:
    pipeline.create("pen")
    pipeline.settle()
    assert take_up_killed(pipeline.database, 0) == 0


def test_a_worker_killed_between_put_and_record_is_found_again(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.project()
    assert killed("put") == -9
    pipeline.execute(queries.MAKE_DUE)
    pipeline.drain("documents.publish")
    assert pipeline.rows(queries.COUNT_UNDONE) == [(0,)]
    pipeline.price(product_id, "pen", 2000)
    pipeline.settle()
    assert pipeline.product("pen")["price"]["amount"] == 2000
    assert pipeline.offer(product_id)["version"] == 2


def test_poison_is_set_apart_while_the_others_go_on(pipeline: Pipeline) -> None:
    products = [pipeline.create(f"pen-{n}") for n in range(5)]
    poison = products[2]

    def effect(conn: SyncWriteConnection, deliveries: Sequence[Delivery]) -> Rings:
        if any(delivery.key == poison for delivery in deliveries):
            raise ValueError("indigestible")
        return project_offers(conn, deliveries)

    consumer = Consumer("offers.project", "now", effect=effect)
    pipeline.drain(consumer=consumer)
    assert [pipeline.delivery("offers.project", p)[2] for p in products] == [True, True, False, True, True]
    for attempt in range(1, OutboxSettings().outbox_attempts_max + 1):
        assert pipeline.delivery("offers.project", poison)[0] == attempt
        pipeline.execute(queries.MAKE_DUE)
        pipeline.drain(consumer=consumer)
    attempts, single, done, dead, error = pipeline.delivery("offers.project", poison)
    assert (attempts, single, done, dead) == (8, True, False, True)
    assert "indigestible" in error


def test_a_lock_not_granted_is_no_attempt(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")

    def effect(conn: SyncWriteConnection, deliveries: Sequence[Delivery]) -> Rings:
        raise psycopg.errors.SerializationFailure

    consumer = Consumer("offers.project", "now", effect=effect, batch=10)
    pipeline.drain(consumer=consumer)
    assert pipeline.delivery("offers.project", product_id)[:4] == (0, False, False, False)


def test_a_flushed_broker_costs_one_more_ring(pipeline: Pipeline) -> None:
    pipeline.create("pen")
    relay = Relay(pipeline.database, pipeline.bell, pipeline.consumers)
    assert relay.run_once() == 2
    assert pipeline.broker.client.llen("dramatiq:now") == 2
    pipeline.broker.flush_all()
    relay.run_once()
    assert pipeline.broker.client.llen("dramatiq:now") == 0
    pipeline.execute(queries.AGE_WAKEUPS)
    relay.run_once()
    assert pipeline.broker.client.llen("dramatiq:now") == 2
    pipeline.settle()
    assert pipeline.product("pen")["version"] == 1
    assert pipeline.rows(queries.SELECT_WAKEUPS) == []


def test_a_consumer_that_rests_is_left_alone_for_that_long(pipeline: Pipeline) -> None:
    offers = pipeline.consumers["offers.project"]
    rings = {}
    for rest_seconds in (0.0, 3600.0):
        relay = Relay(pipeline.database, pipeline.bell, {offers.name: replace(offers, rest_seconds=rest_seconds)})
        pipeline.create(f"pen-{rest_seconds:.0f}")
        first = relay.run_once()
        pipeline.drain(offers.name)
        pipeline.create(f"quill-{rest_seconds:.0f}")
        rings[rest_seconds] = (first, relay.run_once())
        pipeline.drain(offers.name)
    assert rings == {0.0: (1, 1), 3600.0: (1, 0)}


def test_ten_changes_are_listed_once(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.project()
    for amount in range(2000, 2010):
        pipeline.price(product_id, "pen", amount)
        pipeline.project()
    asked = dict(pipeline.rows(queries.SELECT_KEYED, consumer="lists.project"))
    assert set(asked) == {"/", "/ink"}
    assert asked["/ink"] > 10
    pipeline.execute(queries.MAKE_KEYED_DUE)
    pipeline.drain("lists.project")
    assert pipeline.rows(queries.SELECT_KEYED, consumer="lists.project") == []
    assert pipeline.version("list", "ink#1") == 1
    ((_, _, content),) = pipeline.rows(queries.SELECT_DOCUMENT, kind="list", id="ink#1")
    assert [card["price"]["amount"] for card in content["items"]] == [2009]


def test_what_was_asked_again_meanwhile_stays(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.project()
    pipeline.execute(queries.MAKE_KEYED_DUE)

    def act(_database: object, _deliveries: Sequence[Delivery]) -> dict[str, Exception]:
        pipeline.price(product_id, "pen", 2000)
        pipeline.project()
        return {}

    pipeline.drain(consumer=Consumer("lists.project", "now", act=act, keyed=True, batch=8))
    assert [key for key, _ in pipeline.rows(queries.SELECT_KEYED, consumer="lists.project")] == ["/", "/ink"]


def in_sitemap(pipeline: Pipeline) -> list[str]:
    """The categories that search engines are told of."""
    ((_, _, content),) = pipeline.rows(queries.SELECT_DOCUMENT, kind="sitemap", id="0")
    categories: list[str] = content["categories"]
    return categories


def test_a_product_moves_between_categories(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.project()
    assert pipeline.rows(queries.SELECT_PATHS, id=product_id) == [("",), ("ink",)]
    pipeline.execute(queries.MAKE_KEYED_DUE)
    pipeline.drain("lists.project", "sitemaps.project")
    assert in_sitemap(pipeline) == ["ink"]
    pipeline.update(queries.SET_CATEGORY, product_id, category="paper")
    pipeline.project()
    assert pipeline.rows(queries.SELECT_PATHS, id=product_id) == [("",), ("paper",)]
    asked = [key for key, _ in pipeline.rows(queries.SELECT_KEYED, consumer="lists.project")]
    assert asked == ["/", "/ink", "/paper"]
    pipeline.execute(queries.MAKE_KEYED_DUE)
    pipeline.drain("lists.project", "sitemaps.project")
    assert in_sitemap(pipeline) == ["paper"]
    totals = [
        pipeline.rows(queries.SELECT_DOCUMENT, kind="list", id=f"{path}#1")[0][2]["total"] for path in ("ink", "paper")
    ]
    assert totals == [0, 1]


def test_a_commit_during_a_rebuild_is_not_lost(pipeline: Pipeline) -> None:
    products = [pipeline.create(f"pen-{n}") for n in range(3)]
    pipeline.settle()
    for name in DOCUMENTS:

        def commit(_name: str, _done: int, _total: int) -> None:
            pipeline.price(products[0], "pen-0", 5000)

        rebuild(pipeline.database, name, commit if name == "products" else quiet)
    assert [pipeline.version("product", p) for p in products] == [1, 1, 1]
    pipeline.settle()
    assert pipeline.product("pen-0")["price"]["amount"] == 5000
    assert [pipeline.version("product", p) for p in products] == [2, 1, 1]


def test_a_rebuild_makes_what_was_lost_and_publishes_it(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.settle()
    pipeline.execute(queries.FORGET_DOCUMENTS)
    for name in DOCUMENTS:
        rebuild(pipeline.database, name, quiet)
    pipeline.store.delete(keys.product(LOCALE, "pen").key)
    publish_again(pipeline.database, everything=False)
    pipeline.drain("documents.publish")
    assert pipeline.product("pen")["version"] == 2
    assert pipeline.offer(product_id)["version"] == 2
    assert publish_again(pipeline.database, everything=False) > 0


def test_an_old_day_goes_when_nothing_of_it_is_undone(pipeline: Pipeline) -> None:
    pipeline.execute(queries.CREATE_OLD_DAY)
    old = "016f5e66-e800-7000-8000-000000000001"
    pipeline.execute(queries.INSERT_OLD_DELIVERY, id=old, dead=False)
    keep_partitions(pipeline.database)
    assert pipeline.rows(queries.SELECT_DAYS) == [("outbox_delivery_20200101",)]
    pipeline.execute(queries.KILL_OLD_DELIVERY)
    keep_partitions(pipeline.database)
    assert pipeline.rows(queries.SELECT_DAYS) == []
    assert pipeline.rows(queries.SELECT_DEAD) == [("old",)]


def test_what_is_revived_while_its_day_is_dropped_stays(pipeline: Pipeline) -> None:
    pipeline.execute(queries.CREATE_OLD_DAY)
    pipeline.execute(queries.INSERT_OLD_DELIVERY, id="016f5e66-e800-7000-8000-000000000001", dead=True)
    sweep = threading.Thread(target=keep_partitions, args=(pipeline.database,))
    with pipeline.database.transaction() as conn:
        conn.execute(queries.REVIVE_OLD_DELIVERY)
        sweep.start()
        until(lambda: pipeline.rows(queries.COUNT_WAITING) == [(1,)])
    sweep.join()
    keep_partitions(pipeline.database)
    assert pipeline.delivery("offers.project", "old")[2:4] == (False, False)
    pipeline.execute(queries.KILL_OLD_DELIVERY)
    keep_partitions(pipeline.database)


@pytest.mark.parametrize("name", ["offers.project", "products.project"])
def test_a_consumer_with_nothing_owed_does_nothing(pipeline: Pipeline, name: str) -> None:
    pipeline.drain(name)
    assert pipeline.rows(queries.SELECT_WAKEUPS) == []
