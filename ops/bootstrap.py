"""What a new stack needs before it is ready: the owner, a stock location, rates, the front end's files, a demo shop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kernel.database import SyncDatabase
from kernel.settings import DatabaseSettings, ShopSettings, load
from ops.queries import COUNT_PRODUCTS
from ops.waiting import wait_for_edge
from write_side.accounts.handlers import ensure_owner
from write_side.inventory.rules import MAIN_LOCATION
from write_side.inventory.sql import INSERT_LOCATION
from write_side.pricing.tables import ensure_tables

OWNER_EMAIL: Final = "owner@techmart.test"
DEMO_PRODUCTS: Final = 200


def run(owner_password: str, say: Callable[[str], None]) -> None:
    """Create what is missing; at a second start nothing is."""
    settings, shop = load(DatabaseSettings, ShopSettings)
    database = SyncDatabase(settings, size=2)
    try:
        with database.transaction() as conn:
            ensure_owner(conn, OWNER_EMAIL, owner_password)
            conn.execute(INSERT_LOCATION, {"code": MAIN_LOCATION, "name": "Main warehouse"})
            ensure_tables(conn, shop.currency)
        with database.transaction() as conn:
            empty = conn.execute(COUNT_PRODUCTS).fetchone() == (0,)
    finally:
        database.close()
    publish_front_end(say)
    if empty and shop.demo == "on":
        from ops.commands.seed import seed

        say(f"seeding the demo shop with {DEMO_PRODUCTS} products")
        seed(DEMO_PRODUCTS)
        wait_for_edge()


def publish_front_end(say: Callable[[str], None]) -> None:
    """Put the front end's files into the bucket; a new release renders every page again in the background."""
    from workers.release import publish_release

    if published := publish_release():
        say(f"published {published} files of the front end")
