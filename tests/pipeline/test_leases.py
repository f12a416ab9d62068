"""Leases that run out, rows that died: whoever comes late spoils nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

import pytest

from edge import keys
from edge.cdn import NoCdn
from edge.store import StoreUnavailableError
from kernel.database import SyncWriteConnection
from kernel.events import PriceChanged
from kernel.telemetry import on_behalf_of
from tests.pipeline import queries
from tests.pipeline.pipeline import LOCALE, Pipeline
from workers import draining
from workers.clock import take_up_killed
from workers.consumers import Act, Consumer, Delivery, Rings
from workers.projecting import project_offers
from workers.publishing import Publisher
from workers.rebuilding import publish_again
from workers.rendering import Page

DOCUMENTS, LISTS = "documents.publish", "lists.project"


def leased(act: Act) -> Consumer:
    return Consumer(DOCUMENTS, "publish", act=act)


def listing(act: Act) -> Consumer:
    return Consumer(LISTS, "now", act=act, keyed=True)


def done(_database: object, _deliveries: Sequence[Delivery]) -> Mapping[str, Exception]:
    return {}


def failed(_database: object, deliveries: Sequence[Delivery]) -> Mapping[str, Exception]:
    return {delivery.key: ValueError("indigestible") for delivery in deliveries}


def die_of_it(pipeline: Pipeline, consumer: Consumer) -> None:
    """Let a consumer fail until its rows are dead."""
    for _ in range(pipeline.settings.outbox_attempts_max + 1):
        pipeline.execute(queries.MAKE_DUE)
        pipeline.execute(queries.MAKE_KEYED_DUE)
        pipeline.drain(consumer=consumer)


def test_of_two_who_hold_a_row_the_late_failure_spoils_nothing(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.project()

    def slow(database: object, deliveries: Sequence[Delivery]) -> Mapping[str, Exception]:
        pipeline.execute(queries.EXPIRE_LEASES)
        pipeline.drain(consumer=leased(done))
        return failed(database, deliveries)

    pipeline.drain(consumer=leased(slow))
    attempts, _, is_done, dead, error = pipeline.delivery(DOCUMENTS, f"product:{product_id}")
    assert (attempts, is_done, dead, error) == (2, True, False, None)


def test_of_two_who_hold_a_row_the_late_failure_leaves_the_other_its_lease(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.project()

    def slow(database: object, deliveries: Sequence[Delivery]) -> Mapping[str, Exception]:
        pipeline.execute(queries.TAKE_OVER)
        return {delivery.key: StoreUnavailableError("away") for delivery in deliveries}

    pipeline.drain(consumer=leased(slow))
    assert pipeline.rows(queries.SELECT_LEASED, key=f"product:{product_id}") == [(2, True)]


def test_what_was_done_is_done_though_it_was_given_up_meanwhile(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.project()

    def slow(_database: object, _deliveries: Sequence[Delivery]) -> Mapping[str, Exception]:
        pipeline.execute(queries.EXHAUST)
        pipeline.drain(consumer=leased(failed))
        assert pipeline.delivery(DOCUMENTS, f"product:{product_id}")[3:] == (True, "its workers never came back")
        return {}

    pipeline.drain(consumer=leased(slow))
    assert pipeline.delivery(DOCUMENTS, f"product:{product_id}")[2:] == (True, False, None)


def test_a_late_end_of_an_old_revision_leaves_the_new_one_to_its_worker(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.project()
    pipeline.execute(queries.MAKE_KEYED_DUE)
    holds, go = threading.Event(), threading.Event()

    def second(_database: object, _deliveries: Sequence[Delivery]) -> Mapping[str, Exception]:
        holds.set()
        assert go.wait(20)
        return {}

    thread = threading.Thread(target=lambda: pipeline.drain(consumer=listing(second)))

    def first(_database: object, _deliveries: Sequence[Delivery]) -> Mapping[str, Exception]:
        pipeline.price(product_id, "pen", 2000)
        pipeline.project()
        pipeline.execute(queries.MAKE_KEYED_DUE)
        thread.start()
        assert holds.wait(20)
        return {}

    pipeline.drain(consumer=listing(first))
    held = pipeline.rows(queries.SELECT_KEYED_LEASES)
    go.set()
    thread.join()
    assert [key for key, _ in held] == ["/", "/ink"]
    assert all(is_leased for _, is_leased in held)


def test_what_was_asked_again_while_its_last_attempt_failed_is_tried(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.project()
    prices = count(2000)

    def asked_again(database: object, deliveries: Sequence[Delivery]) -> Mapping[str, Exception]:
        if deliveries[0].attempts == pipeline.settings.outbox_attempts_max:
            pipeline.price(product_id, "pen", next(prices))
            pipeline.project()
        return failed(database, deliveries)

    for _ in range(pipeline.settings.outbox_attempts_max):
        pipeline.execute(queries.MAKE_KEYED_DUE)
        pipeline.drain(consumer=listing(asked_again))
    assert pipeline.rows(queries.SELECT_KEYED_DEAD) == [("/", False, 0), ("/ink", False, 0)]


def test_a_store_that_is_away_for_long_kills_nothing(pipeline: Pipeline) -> None:
    pipeline.create("pen")
    pipeline.project()

    def away(_database: object, deliveries: Sequence[Delivery]) -> Mapping[str, Exception]:
        return {delivery.key: StoreUnavailableError("away") for delivery in deliveries}

    die_of_it(pipeline, listing(away))
    die_of_it(pipeline, leased(away))
    assert pipeline.rows(queries.SELECT_KEYED_DEAD) == [("/", False, 0), ("/ink", False, 0)]
    assert pipeline.rows(queries.COUNT_DEAD) == [(0,)]


def ask_by_a_change(pipeline: Pipeline, product_id: str) -> None:
    pipeline.price(product_id, "pen", 2000)
    pipeline.project()


def ask_by_a_rebuild(pipeline: Pipeline, _product_id: str) -> None:
    publish_again(pipeline.database, everything=True)


@pytest.mark.parametrize("ask", [ask_by_a_change, ask_by_a_rebuild])
def test_what_died_lives_again_when_it_is_asked_for(pipeline: Pipeline, ask: Callable[[Pipeline, str], None]) -> None:
    product_id = pipeline.create("pen")
    pipeline.project()
    pages = Consumer("pages.publish", "bulk", act=failed, keyed=True)
    die_of_it(pipeline, pages)
    assert pipeline.rows(queries.SELECT_PAGE_DEAD, key=f"product:{product_id}") == [(True, 8)]
    ask(pipeline, product_id)
    pipeline.execute(queries.MAKE_KEYED_DUE)
    tried: list[str] = []

    def act(_database: object, deliveries: Sequence[Delivery]) -> Mapping[str, Exception]:
        tried.extend(delivery.key for delivery in deliveries)
        return {}

    pipeline.drain(consumer=Consumer("pages.publish", "bulk", act=act, keyed=True))
    assert f"product:{product_id}" in tried


def test_what_is_not_begun_within_the_lease_is_left_to_another(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.project()
    publish = pipeline.consumers[DOCUMENTS].act
    assert publish is not None

    def late(database: Any, deliveries: Sequence[Delivery]) -> Mapping[str, Exception]:
        assert all(time.monotonic() < d.act_until < time.monotonic() + 60 for d in deliveries)
        return publish(database, [Delivery(d.event_id, d.key, d.command_id, act_until=0.0) for d in deliveries])

    pipeline.drain(consumer=leased(late))
    assert pipeline.product("pen") is None
    attempts, _, is_done, dead, error = pipeline.delivery(DOCUMENTS, f"product:{product_id}")
    assert (attempts, is_done, dead) == (0, False, False)
    assert "too slow" in error
    pipeline.execute(queries.MAKE_DUE)
    pipeline.drain(DOCUMENTS)
    assert pipeline.product("pen")["version"] == 1


def test_a_page_that_cannot_be_made_keeps_nobody_elses_redirect_back(pipeline: Pipeline) -> None:
    def render(asked: Sequence[Page]) -> Sequence[bytes | Exception]:
        return [ValueError("no page") if b'"slug":"poison"' in bytes(page) else b"<p>" for _, _, page in asked]

    publisher = Publisher(pipeline.store, NoCdn(), (LOCALE,), "http://shop.test", render, "r1")
    pages = Consumer("pages.publish", "bulk", act=publisher.publish_pages, keyed=True)
    product_id = pipeline.create("pen")
    pipeline.project()
    pipeline.execute(queries.MAKE_KEYED_DUE)
    pipeline.drain(consumer=pages)
    pipeline.update(queries.SET_SLUG, product_id, slug="quill")
    pipeline.create("poison")
    pipeline.project()
    pipeline.execute(queries.MAKE_KEYED_DUE)
    pipeline.drain(consumer=pages)
    head = pipeline.store.head(keys.product_page(LOCALE, "pen").key)
    assert head is not None
    assert head.metadata["state"] == "redirect"


def test_a_living_worker_is_not_taken_for_a_killed_one(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    began = []

    def effect(conn: SyncWriteConnection, deliveries: Sequence[Delivery]) -> Rings:
        began.append(take_up_killed(pipeline.database, 0))
        return project_offers(conn, deliveries)

    pipeline.drain(consumer=Consumer("offers.project", "now", effect=effect))
    assert began == [1]
    assert pipeline.delivery("offers.project", product_id)[:3] == (0, False, True)


def test_an_effect_that_takes_too_long_is_counted_and_dies(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draining, "TRANSACTION_SECONDS", 0.1)
    product_id = pipeline.create("pen")

    def effect(conn: SyncWriteConnection, deliveries: Sequence[Delivery]) -> Rings:
        conn.execute(queries.TAKE_TIME)
        return project_offers(conn, deliveries)

    die_of_it(pipeline, Consumer("offers.project", "now", effect=effect))
    attempts, single, is_done, dead, error = pipeline.delivery("offers.project", product_id)
    assert (attempts, single, is_done, dead) == (8, True, False, True)
    assert "timeout" in error


def test_a_list_that_cannot_be_made_fails_alone(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    pipeline.create("sheet", category="paper")
    pipeline.project()
    pipeline.execute(queries.SPOIL_DOCUMENT, id=product_id)
    pipeline.execute(queries.MAKE_KEYED_DUE)
    pipeline.drain(LISTS)
    assert [key for key, _ in pipeline.rows(queries.SELECT_KEYED, consumer=LISTS)] == ["/", "/ink"]


def test_each_list_and_page_knows_the_request_behind_it(pipeline: Pipeline) -> None:
    products = {}
    for slug, category in (("pen", "ink"), ("sheet", "paper")):
        with on_behalf_of([f"request-{slug}"]):
            products[slug] = pipeline.create(slug, category=category)
    pipeline.project()
    pipeline.execute(queries.MAKE_KEYED_DUE)
    pipeline.drain(LISTS)
    requests = dict(pipeline.rows(queries.SELECT_REQUESTS))
    assert {requests["list:ink#1"], requests[f"product:{products['pen']}"]} == {"request-pen"}
    assert {requests["list:paper#1"], requests[f"offer:{products['sheet']}"]} == {"request-sheet"}
    with on_behalf_of(["request-price"]):
        event = PriceChanged(
            product_id=products["pen"], sku="pen", currency="USD", amount_minor=2000, previous_minor=None
        )
        pipeline.change(queries.SET_PRICE, {"sku": "pen", "amount": 2000}, event)
    pipeline.settle()
    head = pipeline.store.head(keys.product(LOCALE, "pen").key)
    assert head is not None
    assert head.metadata["request-id"] == "request-price"
