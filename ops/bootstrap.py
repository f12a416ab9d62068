"""What a new stack needs before it is ready: the owner, a stock location, rates, the front end's files, a demo shop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kernel.database import SyncDatabase
from kernel.settings import DatabaseSettings, ShopSettings, load
from ops.commands.seed import seed, seed_name
from ops.queries import DEMO_STATE
from ops.waiting import wait_for_edge
from write_side.accounts.handlers import ensure_owner
from write_side.inventory.rules import MAIN_LOCATION
from write_side.inventory.sql import INSERT_LOCATION
from write_side.pricing.tables import ensure_tables

OWNER_EMAIL: Final = "owner@techmart.test"
DEMO_PRODUCTS: Final = 200
DEMO_PATIENCE_SECONDS: Final = 120.0
"""A start goes on after so long without any progress: workers may be missing by somebody's wish. Twice the lease that a
publisher killed in an earlier start still holds."""


def run(owner_password: str, say: Callable[[str], None], meanwhile: Callable[[], None]) -> None:
    """Create what is missing; at a second start nothing is. `meanwhile` is called while the edge is waited for."""
    settings, shop = load(DatabaseSettings, ShopSettings)
    database = SyncDatabase(settings, size=2)
    try:
        with database.transaction() as conn:
            ensure_owner(conn, OWNER_EMAIL, owner_password)
            conn.execute(INSERT_LOCATION, {"code": MAIN_LOCATION, "name": "Main warehouse"})
            ensure_tables(conn, shop.currency)
        with database.transaction() as conn:
            asked = {"source": seed_name(DEMO_PRODUCTS), "count": DEMO_PRODUCTS}
            unmade, demo_only = conn.execute(DEMO_STATE, asked).fetchone() or (False, False)
    finally:
        database.close()
    publish_front_end(say)
    if shop.demo == "on" and demo_only:
        _make_demo_shop(say, meanwhile, unmade=unmade)


def _make_demo_shop(say: Callable[[str], None], meanwhile: Callable[[], None], *, unmade: bool) -> None:
    """Its products, or what an earlier start did not come to; then all of it at the edge, because ready means that."""
    if unmade:
        say(f"seeding the demo shop with {DEMO_PRODUCTS} products")
        seed(DEMO_PRODUCTS)
    if not wait_for_edge(patience_seconds=DEMO_PATIENCE_SECONDS, meanwhile=meanwhile):
        say("the demo shop is not at the edge yet; techmart status shows what is owed and which process is missing")


def publish_front_end(say: Callable[[str], None]) -> None:
    """Put the front end's files into the bucket; a new release renders every page again in the background."""
    from workers.release import publish_release

    if published := publish_release():
        say(f"published {published} files of the front end")
