"""Turns of a drain: where they end, and who has the next."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from kernel.database import SyncWriteConnection
from tests.pipeline import queries
from tests.pipeline.pipeline import Pipeline, until
from workers import draining
from workers.consumers import Consumer, Delivery, Rings
from workers.draining import Drain
from workers.projecting import project_offers


def test_a_drain_ends_between_batches_when_its_process_stops(pipeline: Pipeline) -> None:
    products = [pipeline.create(f"pen-{n}") for n in range(3)]
    began: list[str] = []

    def effect(conn: SyncWriteConnection, deliveries: Sequence[Delivery]) -> Rings:
        began.extend(delivery.key for delivery in deliveries)
        return project_offers(conn, deliveries)

    consumer = Consumer("offers.project", "now", effect=effect, batch=1)
    Drain(consumer, pipeline.database, pipeline.bell, pipeline.settings, lambda: bool(began)).run()
    assert len(began) == 1
    assert sum(pipeline.delivery("offers.project", p)[2] for p in products) == 1


def test_a_drain_ends_when_its_turn_is_over(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    products = [pipeline.create(f"pen-{n}") for n in range(3)]
    monkeypatch.setattr(draining, "TURN_SECONDS", -1.0)
    pipeline.drain("offers.project")
    assert not any(pipeline.delivery("offers.project", p)[2] for p in products)


def test_rows_set_apart_take_turns_with_full_batches(pipeline: Pipeline) -> None:
    apart = pipeline.create("pen-0")
    pipeline.execute(queries.SET_APART)
    others = [pipeline.create(f"pen-{n}") for n in range(1, 4)]
    order: list[str] = []

    def effect(conn: SyncWriteConnection, deliveries: Sequence[Delivery]) -> Rings:
        order.extend(delivery.key for delivery in deliveries)
        return project_offers(conn, deliveries)

    pipeline.drain(consumer=Consumer("offers.project", "now", effect=effect, batch=1))
    assert order == [others[0], apart, *others[1:]]


class Overtaken(Drain):
    """A worker to whom something happens between its look at some rows and their locks."""

    def __init__(self, consumer: Consumer, pipeline: Pipeline, meanwhile: Callable[[], None]) -> None:
        super().__init__(consumer, pipeline.database, pipeline.bell, pipeline.settings)
        self._meanwhile = meanwhile

    def _carry_out(self, *claim: Any) -> None:
        self._meanwhile()
        super()._carry_out(*claim)


def test_what_another_worker_did_meanwhile_is_not_done_again(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    done: list[str] = []

    def effect(conn: SyncWriteConnection, deliveries: Sequence[Delivery]) -> Rings:
        done.extend(delivery.key for delivery in deliveries)
        return project_offers(conn, deliveries)

    consumer = Consumer("offers.project", "now", effect=effect)
    Overtaken(consumer, pipeline, lambda: pipeline.drain(consumer=consumer)).run()
    assert done == [product_id]


def test_what_another_worker_has_meanwhile_is_left_to_it(pipeline: Pipeline) -> None:
    product_id = pipeline.create("pen")
    has_it, go, carried_out = threading.Event(), threading.Event(), []

    def effect(conn: SyncWriteConnection, deliveries: Sequence[Delivery]) -> Rings:
        carried_out.append(threading.current_thread())
        has_it.set()
        assert go.wait(20)
        return project_offers(conn, deliveries)

    consumer = Consumer("offers.project", "now", effect=effect)
    other = threading.Thread(target=lambda: pipeline.drain(consumer=consumer))

    def meanwhile() -> None:
        other.start()
        assert has_it.wait(20)

    worker = threading.Thread(target=Overtaken(consumer, pipeline, meanwhile).run)
    worker.start()
    until(lambda: pipeline.rows(queries.COUNT_WAITING_FOR_DELIVERIES)[0][0] > 0 or not worker.is_alive())
    waits = worker.is_alive()
    go.set()
    worker.join()
    other.join()
    assert not waits
    assert carried_out == [other]
    assert pipeline.delivery("offers.project", product_id)[:3] == (0, False, True)
