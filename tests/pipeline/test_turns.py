"""Turns of a drain: where they end, and who has the next."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kernel.database import SyncWriteConnection
from tests.pipeline import queries
from tests.pipeline.pipeline import Pipeline
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
