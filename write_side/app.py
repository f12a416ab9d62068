"""The write API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from litestar.datastructures import State
from psycopg_pool import PoolTimeout

from kernel.web import create_app
from write_side.accounts.routes import ROUTES as ACCOUNTS
from write_side.carts.routes import ROUTES as CARTS
from write_side.catalog.routes import ROUTES as CATALOG
from write_side.checkout.routes import ROUTES as CHECKOUT
from write_side.inventory.routes import ROUTES as INVENTORY
from write_side.orders.routes import ROUTES as ORDERS
from write_side.payments.inbox import Inbox
from write_side.payments.routes import PAGES
from write_side.payments.routes import ROUTES as PAYMENTS
from write_side.pricing.routes import ROUTES as PRICING
from write_side.services import open_services

ROUTES = [*ACCOUNTS, *CATALOG, *PRICING, *INVENTORY, *CARTS, *CHECKOUT, *ORDERS, *PAYMENTS]


@asynccontextmanager
async def lifespan(state: State) -> AsyncIterator[None]:
    """Open what commands need; apply what gateways tell."""
    async with open_services() as services, Inbox(services) as inbox:
        state.services, state.inbox = services, inbox
        yield


async def ready(state: State) -> bool:
    """Whether the primary takes a transaction."""
    try:
        async with state.services.database.transaction():
            return True
    except (psycopg.Error, PoolTimeout):
        return False


app = create_app("TechMart write API", ROUTES, lifespan, ready, PAGES)
