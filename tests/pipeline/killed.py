"""A worker that is killed: run as `python -m tests.pipeline.killed WHERE`, it never comes back.

`effect` kills it within a batch's transaction, `put` between a put into the bucket and its record.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from edge.cdn import NoCdn
from edge.store import SigningStore
from kernel.database import SyncDatabase, SyncWriteConnection
from kernel.settings import DatabaseSettings, OutboxSettings, StoreSettings, load
from workers.bell import Bell
from workers.broker import open_broker
from workers.consumers import Consumer, Delivery, Rings
from workers.draining import Drain
from workers.projecting import project_offers
from workers.publishing import Publisher


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def effect(conn: SyncWriteConnection, deliveries: Sequence[Delivery]) -> Rings:
    rings = project_offers(conn, deliveries)
    die()
    return rings


class DeadlyStore(SigningStore):
    def put(self, key: str, body: bytes, **options: Any) -> str:
        super().put(key, body, **options)
        die()
        return ""


def main(where: str) -> None:
    database_settings, store_settings = load(DatabaseSettings, StoreSettings)
    consumer = Consumer("offers.project", "now", effect=effect)
    if where == "put":
        publisher = Publisher(DeadlyStore(store_settings), NoCdn(), ("en-us",), "http://shop.test", lambda _: [], "r1")
        consumer = Consumer("documents.publish", "publish", act=publisher.publish_documents)
    database = SyncDatabase(database_settings)
    bell = Bell(database, open_broker(), {"documents.publish": "publish", "offers.project": "now"})
    Drain(consumer, database, bell, OutboxSettings()).run()


if __name__ == "__main__":
    main(sys.argv[1])
