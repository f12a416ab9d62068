"""The pipeline as its tests drive it: commands' facts in, objects out, each consumer drained by name."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import msgspec

from edge import keys
from edge.cdn import Cdn
from edge.store import ObjectStore
from kernel.database import SyncDatabase
from kernel.events import Event, PriceChanged, ProductCreated, ProductDeleted, ProductUpdated
from kernel.ids import uuid7
from kernel.outbox import append_sync
from kernel.settings import OutboxSettings
from tests.pipeline import queries
from workers.bell import Bell
from workers.broker import open_broker
from workers.consumers import Consumer
from workers.draining import Drain
from workers.projecting import CONSUMERS
from workers.publishing import Publisher

LOCALE = "en-us"


class Pipeline:
    """One process's worth of consumers over a real database and a real bucket."""

    def __init__(self, database: SyncDatabase, store: ObjectStore, cdn: Cdn) -> None:
        self.database, self.store, self.cdn = database, store, cdn
        self.broker = open_broker()
        self.broker.flush_all()
        self.settings = OutboxSettings()
        self.consumers = {consumer.name: consumer for consumer in (*CONSUMERS, self.publishing(store))}

    def publishing(self, store: ObjectStore) -> Consumer:
        """`documents.publish` over a store."""
        publisher = Publisher(store, self.cdn, (LOCALE,), "http://shop.test", lambda _: [], "r1")
        return Consumer("documents.publish", "publish", act=publisher.publish_documents)

    @property
    def bell(self) -> Bell:
        return Bell(self.database, self.broker, {name: consumer.queue for name, consumer in self.consumers.items()})

    def drain(self, *names: str, consumer: Consumer | None = None) -> None:
        """Work off what these consumers are owed."""
        for found in [consumer] if consumer else [self.consumers[name] for name in names]:
            Drain(found, self.database, self.bell, self.settings).run()

    def project(self) -> None:
        self.drain("categories.project", "products.project", "offers.project")

    def settle(self) -> None:
        """Project and publish what is hot."""
        self.project()
        self.drain("documents.publish")

    # Commands

    def create(self, slug: str, *, category: str = "ink", amount: int = 1000, on_hand: int = 100) -> str:
        with self.database.transaction() as conn:
            row = conn.execute(queries.INSERT_PRODUCT, {"slug": slug, "category": category}).fetchone()
            assert row
            conn.execute(queries.INSERT_PRICE, {"sku": slug, "amount": amount})
            conn.execute(queries.INSERT_LEVEL, {"sku": slug, "on_hand": on_hand})
            append_sync(conn, [ProductCreated(product_id=row[0])], uuid7())
        return str(row[0])

    def change(self, statement: str, parameters: dict[str, Any], event: Event) -> None:
        """A command: one statement and its event, in one transaction."""
        with self.database.transaction() as conn:
            conn.execute(statement, parameters)
            append_sync(conn, [event], uuid7())

    def price(self, product_id: str, sku: str, amount: int) -> None:
        event = PriceChanged(product_id=product_id, sku=sku, currency="USD", amount_minor=amount, previous_minor=None)
        self.change(queries.SET_PRICE, {"sku": sku, "amount": amount}, event)

    def update(self, statement: str, product_id: str, **values: Any) -> None:
        self.change(statement, {"id": product_id, **values}, ProductUpdated(product_id=product_id))

    def delete(self, product_id: str) -> None:
        parameters = {"id": product_id, "status": "deleted"}
        self.change(queries.SET_STATUS, parameters, ProductDeleted(product_id=product_id))

    # What came out

    def rows(self, statement: str, **parameters: Any) -> list[Any]:
        with self.database.transaction() as conn:
            return conn.execute(statement, parameters).fetchall()

    def execute(self, statement: str, **parameters: Any) -> None:
        with self.database.transaction() as conn:
            conn.execute(statement, parameters)

    def version(self, kind: str, document_id: str) -> int:
        return int(self.rows(queries.SELECT_DOCUMENT, kind=kind, id=document_id)[0][0])

    def delivery(self, consumer: str, key: str) -> Any:
        return self.rows(queries.SELECT_DELIVERY, consumer=consumer, key=key)[0]

    def product(self, slug: str) -> Any:
        """The product JSON in the bucket, None where there is none."""
        return _decoded(self.store.get(keys.product(LOCALE, slug).key))

    def offer(self, product_id: str) -> Any:
        return _decoded(self.store.get(keys.offer(product_id).key))


def _decoded(body: bytes | None) -> Any:
    return None if body is None else msgspec.json.decode(body)


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for a condition; a deadline is the only failure."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not within the deadline"
