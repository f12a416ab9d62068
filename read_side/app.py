"""The read API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec
import psycopg
from litestar.datastructures import State
from psycopg_pool import PoolTimeout

from kernel.auth import AccessTokens, Sessions
from kernel.cache import Cache
from kernel.consistency import ConsistencyTokens
from kernel.database import Database
from kernel.settings import DatabaseSettings, IdentitySettings, SearchSettings, ShopSettings, ValkeySettings, load
from kernel.web import create_app
from read_side.accounts.routes import ROUTES as ACCOUNTS
from read_side.carts.routes import ROUTES as CARTS
from read_side.catalog.documents import Documents
from read_side.catalog.routes import ROUTES as CATALOG
from read_side.docs.routes import ROUTES as DOCS
from read_side.orders.routes import ROUTES as ORDERS
from read_side.search.cards import Cards
from read_side.search.cursors import Cursors
from read_side.search.node import LocalIndex
from read_side.search.routes import ROUTES as SEARCH
from read_side.services import Services
from read_side.staff.routes import ROUTES as STAFF

FALLBACK_POOL = 2
"""Connections to the primary for reads of one's own writes: few, so that readers never crowd commands out."""


@asynccontextmanager
async def lifespan(state: State) -> AsyncIterator[None]:
    """Decode the settings, open the pools, follow the index."""
    settings = load(DatabaseSettings, IdentitySettings, ShopSettings, ValkeySettings, SearchSettings)
    database_settings, identity, shop, valkey, search = settings
    small = msgspec.structs.replace(database_settings, database_pool=FALLBACK_POOL, database_wait_seconds=0.5)
    database, primary = Database(database_settings, write=False), Database(small, read=False)
    cache = Cache(valkey.cache_url)
    index = LocalIndex(Path(search.search_dir))
    state.services = Services(
        database,
        primary,
        cache,
        Cards(cache),
        Documents(index),
        index,
        Cursors(identity.token_secret),
        ConsistencyTokens(identity.token_secret),
        AccessTokens(identity),
        Sessions(),
        shop,
    )
    await database.open()
    await primary.open()
    follower = asyncio.create_task(index.follow())
    yield
    follower.cancel()
    with suppress(asyncio.CancelledError):
        await follower
    await cache.close()
    await database.close()
    await primary.close()


async def ready(state: State) -> bool:
    """Whether the replica answers and the search index is alive."""
    if not state.services.index.ready:
        return False
    try:
        async with state.services.database.read():
            return True
    except (psycopg.Error, PoolTimeout):
        return False


app = create_app("TechMart read API", [*CATALOG, *SEARCH, *ACCOUNTS, *CARTS, *ORDERS, *STAFF, *DOCS], lifespan, ready)
