"""What is published is never older than what is stored, in whatever order things happen."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from edge import keys
from edge.store import SigningStore, StoreUnavailableError
from kernel.database import SyncWriteConnection
from kernel.settings import StoreSettings, load
from read_side.projections.kinds import Contents
from read_side.projections.products import PRODUCT
from tests.pipeline import queries
from tests.pipeline.pipeline import Pipeline, until
from tests.pipeline.proxy import Proxy
from workers import projecting

CHANGES = 1000 if os.environ.get("TECHMART_TEST_SCALE") == "full" else 60


def test_a_fact_reaches_the_bucket(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen", amount=1299, on_hand=3)
    pipeline.settle()
    assert pipeline.product("pen")["price"] == {"amount": 1299, "currency": "USD"}
    assert pipeline.offer(product_id)["offers"][0]["availability"] == "low_stock"
    assert pipeline.rows(queries.COUNT_UNDONE) == [(0,)]


def test_publishing_before_projecting_publishes_nothing_stale(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.settle()
    pipeline.price(product_id, "pen", 2000)
    pipeline.drain("documents.publish")
    assert pipeline.product("pen")["price"]["amount"] == 1000
    pipeline.settle()
    assert pipeline.product("pen")["price"]["amount"] == 2000
    assert pipeline.offer(product_id)["offers"][0]["price"]["amount"] == 2000


def test_a_change_within_a_stock_band_changes_nothing(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen", on_hand=100)
    pipeline.settle()
    before = pipeline.version("offer", product_id)
    pipeline.update(queries.SET_LEVEL, product_id, sku="pen", on_hand=90)
    pipeline.settle()
    assert pipeline.version("offer", product_id) == before
    pipeline.update(queries.SET_LEVEL, product_id, sku="pen", on_hand=0)
    pipeline.settle()
    assert pipeline.version("offer", product_id) == before + 1
    assert pipeline.version("product", product_id) == 1


def test_two_projections_of_one_document_take_turns(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.settle()
    for amount in range(2000, 2020):
        pipeline.price(product_id, "pen", amount)
        threads = [threading.Thread(target=pipeline.project) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    pipeline.settle()
    ((version, _, content),) = pipeline.rows(queries.SELECT_DOCUMENT, kind="product", id=product_id)
    assert content["price"]["amount"] == 2019
    assert version == 21
    assert pipeline.product("pen")["version"] == 21


def test_of_two_projections_the_later_reads_what_the_earlier_could_not(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    product_id = pipeline.create("pen")
    pipeline.settle()
    pipeline.price(product_id, "pen", 2000)
    later = threading.Thread(target=pipeline.project)

    def build(conn: SyncWriteConnection, ids: Sequence[str]) -> Contents:
        contents = PRODUCT.build(conn, ids)
        if later.ident is None:
            pipeline.price(product_id, "pen", 3000)
            later.start()
            until(lambda: pipeline.rows(queries.COUNT_WAITING_FOR_ROWS)[0][0] > 0 or not later.is_alive())
        return contents

    monkeypatch.setattr(projecting, "PRODUCT", replace(PRODUCT, build=build))
    pipeline.project()
    later.join()
    ((version, _, content),) = pipeline.rows(queries.SELECT_DOCUMENT, kind="product", id=product_id)
    assert (version, content["price"]["amount"]) == (3, 3000)


class Uneven(SigningStore):
    """A store whose puts take their time, some more than others."""

    def put(self, key: str, body: bytes, **options: Any) -> str:
        threading.Event().wait(random.uniform(0, 0.3))
        return super().put(key, body, **options)


def test_readers_never_see_an_older_version_after_a_newer(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.settle()
    uneven = pipeline.publishing(Uneven(load(StoreSettings)[0]))
    over, seen = threading.Event(), []

    def endlessly(work: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            while not over.wait(0.02):
                work()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def publish() -> None:
        pipeline.drain(consumer=uneven)

    threads = [endlessly(lambda: seen.append(pipeline.offer(product_id)["version"])), *map(endlessly, [publish] * 3)]
    for amount in range(2000, 2000 + CHANGES):
        pipeline.price(product_id, "pen", amount)
        pipeline.project()
    over.set()
    for thread in threads:
        thread.join()
    pipeline.settle()
    assert seen == sorted(seen)
    assert pipeline.offer(product_id)["offers"][0]["price"]["amount"] == 1999 + CHANGES


def test_a_late_update_does_not_bring_back_what_was_deleted(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.settle()
    pipeline.delete(product_id)
    pipeline.settle()
    pipeline.price(product_id, "pen", 2000)
    pipeline.settle()
    assert pipeline.product("pen") == {"state": "gone", "version": 2}
    assert pipeline.offer(product_id)["state"] == "gone"
    assert pipeline.rows(queries.SELECT_PATHS, id=product_id) == []


def test_what_was_unpublished_may_return(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.settle()
    pipeline.update(queries.SET_STATUS, product_id, status="unpublished")
    pipeline.settle()
    assert pipeline.product("pen")["state"] == "gone"
    pipeline.update(queries.SET_STATUS, product_id, status="published")
    pipeline.settle()
    assert pipeline.product("pen")["title"] == "pen"
    assert pipeline.product("pen")["version"] == 3


def test_a_former_slug_redirects(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.settle()
    pipeline.update(queries.SET_SLUG, product_id, slug="quill")
    pipeline.settle()
    assert pipeline.product("quill")["slug"] == "quill"
    assert pipeline.product("pen")["location"] == "/catalog/en-us/products/quill.json"


class Held(SigningStore):
    """A store whose puts wait at the door until the first may go."""

    def __init__(self, settings: StoreSettings) -> None:
        super().__init__(settings)
        self.arrived, self.go = threading.Event(), threading.Event()

    def put(self, key: str, body: bytes, **options: Any) -> str:
        self.arrived.set()
        self.go.wait(20)
        return super().put(key, body, **options)


def test_of_two_publishers_the_newer_wins_though_the_older_puts_last(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.settle()
    pipeline.update(queries.SET_LEVEL, product_id, sku="pen", on_hand=1)
    pipeline.project()
    held = Held(load(StoreSettings)[0])
    slow = threading.Thread(target=lambda: pipeline.drain(consumer=pipeline.publishing(held)))
    slow.start()
    assert held.arrived.wait(20)
    pipeline.update(queries.SET_LEVEL, product_id, sku="pen", on_hand=0)
    pipeline.settle()
    held.go.set()
    slow.join()
    assert pipeline.offer(product_id)["version"] == 3
    assert pipeline.offer(product_id)["offers"][0]["availability"] == "out_of_stock"


@pytest.mark.parametrize("change", ["delete", "move"])
def test_what_goes_while_it_is_published_for_the_first_time_is_taken_leave_of(pipeline: Pipeline, change: str) -> None:
    product_id = pipeline.create("pen")
    pipeline.project()
    held = Held(load(StoreSettings)[0])
    slow = threading.Thread(target=lambda: pipeline.drain(consumer=pipeline.publishing(held)))
    slow.start()
    assert held.arrived.wait(20)
    if change == "delete":
        pipeline.delete(product_id)
    else:
        pipeline.update(queries.SET_SLUG, product_id, slug="quill")
    pipeline.settle()
    held.go.set()
    slow.join()
    assert pipeline.rows(queries.COUNT_UNDONE) == [(0,)]
    if change == "delete":
        assert {pipeline.product("pen")["state"], pipeline.offer(product_id)["state"]} == {"gone"}
    else:
        assert pipeline.product("pen")["location"] == "/catalog/en-us/products/quill.json"


class Late(SigningStore):
    """A store whose first put is answered late."""

    def __init__(self, settings: StoreSettings) -> None:
        super().__init__(settings)
        self.put_first, self.go = threading.Event(), threading.Event()

    def put(self, key: str, body: bytes, **options: Any) -> str:
        etag = super().put(key, body, **options)
        if not self.put_first.is_set():
            self.put_first.set()
            self.go.wait(20)
        return etag


def test_of_two_publishers_the_newer_stays_recorded_though_the_older_records_last(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.settle()
    pipeline.update(queries.SET_LEVEL, product_id, sku="pen", on_hand=1)
    pipeline.project()
    late = Late(load(StoreSettings)[0])
    slow = threading.Thread(target=lambda: pipeline.drain(consumer=pipeline.publishing(late)))
    slow.start()
    assert late.put_first.wait(20)
    pipeline.update(queries.SET_LEVEL, product_id, sku="pen", on_hand=0)
    pipeline.settle()
    late.go.set()
    slow.join()
    assert pipeline.offer(product_id)["version"] == 3
    assert pipeline.rows(queries.SELECT_RECORDED, key=keys.offer(product_id).key) == [(3,)]


def test_a_document_table_that_was_lost_starts_above_what_is_published(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.settle()
    pipeline.price(product_id, "pen", 2000)
    pipeline.settle()
    pipeline.execute(queries.FORGET_DOCUMENTS)
    pipeline.price(product_id, "pen", 3000)
    pipeline.settle()
    assert pipeline.product("pen")["version"] == 3
    assert pipeline.product("pen")["price"]["amount"] == 3000


@pytest.mark.parametrize("fault", ["refuse", "slow"])
def test_a_bucket_that_fails_or_is_slow_costs_time_alone(pipeline: Pipeline, fault: str) -> None:
    (settings,) = load(StoreSettings)
    with Proxy(settings.s3_endpoint) as proxy:
        through = pipeline.publishing(SigningStore(proxy.settings(settings)))
        product_id = pipeline.create("pen")
        pipeline.project()
        proxy.fault = fault
        pipeline.drain(consumer=through)
        attempts, _, done, dead, error = pipeline.delivery("documents.publish", f"product:{product_id}")
        if fault == "refuse":
            assert (attempts, done, dead) == (0, False, False)
            assert StoreUnavailableError.__name__ in error
        proxy.fault = ""
        pipeline.execute(queries.MAKE_DUE)
        pipeline.drain(consumer=through)
    assert pipeline.product("pen")["version"] == 1
