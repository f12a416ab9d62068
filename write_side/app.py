"""The write API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from litestar.datastructures import State
from psycopg_pool import PoolTimeout

from kernel.auth import AccessTokens, Sessions
from kernel.consistency import ConsistencyTokens
from kernel.database import Database
from kernel.settings import DatabaseSettings, IdentitySettings, ShopSettings, load
from kernel.web import create_app
from write_side.accounts.routes import ROUTES as ACCOUNTS
from write_side.catalog.routes import ROUTES as CATALOG
from write_side.context import Services
from write_side.inventory.routes import ROUTES as INVENTORY
from write_side.pricing.routes import ROUTES as PRICING


@asynccontextmanager
async def lifespan(state: State) -> AsyncIterator[None]:
    """Decode the settings, open the pool on the primary."""
    database_settings, identity, shop = load(DatabaseSettings, IdentitySettings, ShopSettings)
    database = Database(database_settings, read=False)
    await database.open()
    consistency = ConsistencyTokens(identity.token_secret)
    state.services = Services(database, AccessTokens(identity), Sessions(), consistency, identity, shop)
    yield
    await database.close()


async def ready(state: State) -> bool:
    """Whether the primary takes a transaction."""
    try:
        async with state.services.database.transaction():
            return True
    except (psycopg.Error, PoolTimeout):
        return False


app = create_app("TechMart write API", [*ACCOUNTS, *CATALOG, *PRICING, *INVENTORY], lifespan, ready)
