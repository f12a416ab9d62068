"""What a worker process holds, made at the first use: never before a fork."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from edge.cdn import open_cdn
from edge.store import SigningStore
from frontend_build.render import PageRequest, Renderer
from kernel.database import SyncDatabase
from kernel.settings import DatabaseSettings, EdgeSettings, OutboxSettings, ShopSettings, StoreSettings, load
from workers.bell import Bell
from workers.broker import open_broker
from workers.consumers import Consumer
from workers.projecting import CONSUMERS as PROJECTING
from workers.publishing import Publisher
from workers.rendering import Page

STATEMENT_SECONDS: Final = 45
"""More than an effect's transaction may take, so that there the transaction's limit speaks first: a statement cut
off is tried again without end, an effect that takes too long is counted."""


class Worker:
    """Pool, broker, bell, publisher, and every consumer by name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.broker = open_broker()

    @cached_property
    def database(self) -> SyncDatabase:
        (settings,) = load(DatabaseSettings)
        return SyncDatabase(settings, statement_seconds=STATEMENT_SECONDS)

    @cached_property
    def outbox(self) -> OutboxSettings:
        (settings,) = load(OutboxSettings)
        return settings

    @cached_property
    def publisher(self) -> Publisher:
        store, edge, shop = load(StoreSettings, EdgeSettings, ShopSettings)
        renderer = Renderer(shop.locales, edge.edge_url)

        def pages(asked: Sequence[Page]) -> Sequence[bytes | Exception]:
            return renderer.render([PageRequest(*page) for page in asked])

        return Publisher(SigningStore(store), open_cdn(edge), shop.locales, edge.edge_url, pages, renderer.release)

    @cached_property
    def consumers(self) -> dict[str, Consumer]:
        """Every consumer of the project; publishers are leased, because the bucket is outside Postgres.

        Pages go to another process than what is hot: rendering them would hold back prices.
        """
        publishing = (
            Consumer("documents.publish", "publish", act=lambda db, ds: self.publisher.publish_documents(db, ds)),
            Consumer(
                "pages.publish", "bulk", act=lambda db, ds: self.publisher.publish_pages(db, ds), keyed=True, batch=50
            ),
        )
        return {consumer.name: consumer for consumer in (*PROJECTING, *publishing)}

    @cached_property
    def bell(self) -> Bell:
        return Bell(self.database, self.broker, {name: consumer.queue for name, consumer in self.consumers.items()})
