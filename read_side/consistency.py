"""Reading one's own writes.

A read that carries a Consistency-Token asks, on the connection it will query, whether those commands are visible and
nothing of them is still owed to the projection. It waits at most 300 ms; then the projection's own statement answers
from the write tables on the primary, and nothing of that is stored or cached.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

import msgspec
from psycopg_pool import PoolTimeout, TooManyRequests

from kernel.database import ReadConnection
from kernel.errors import Overloaded
from kernel.shapes import OfferDocument, ProductDocument
from read_side.catalog.queries import SELECT_PRODUCT_ID_BY_NAME, SELECT_UNDONE, SELECT_VISIBLE_COMMANDS
from read_side.projections.products import offers_from_rows, products_from_rows
from read_side.projections.products_sql import SELECT_ATTRIBUTES, SELECT_OFFER_SOURCES, SELECT_PRODUCT_SOURCES
from read_side.services import Services

WAIT_SECONDS: Final = 0.3
_STEP_SECONDS: Final = 0.02


async def caught_up(conn: ReadConnection, commands: Sequence[UUID], *consumers: str) -> bool:
    """Whether `conn` sees the effects of these commands on some projections, within 300 ms."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not await _sees(conn, commands, consumers):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(_STEP_SECONDS)
    return True


async def _sees(conn: ReadConnection, commands: Sequence[UUID], consumers: Sequence[str]) -> bool:
    wanted: dict[str, Any] = {"commands": list(commands), "consumers": list(consumers)}
    row = await (await conn.execute(SELECT_VISIBLE_COMMANDS, wanted)).fetchone()
    if row is None or row[0] < len(set(commands)):
        return False
    undone = await (await conn.execute(SELECT_UNDONE, wanted)).fetchone()
    return undone is not None and not undone[0]


@asynccontextmanager
async def on_primary(services: Services) -> AsyncIterator[ReadConnection]:
    """A connection of the small pool for what is not visible yet. Raises `Overloaded` when all of it is taken."""
    try:
        async with services.primary.transaction() as conn:
            yield conn
    except (PoolTimeout, TooManyRequests) as error:
        raise Overloaded("your change is not visible yet", retry_after=1) from error


async def id_on_primary(services: Services, name: str) -> str | None:
    """The id of a product by slug or SKU, of one too that is not on the replica yet. Raises `Overloaded`."""
    async with on_primary(services) as conn:
        row = await (await conn.execute(SELECT_PRODUCT_ID_BY_NAME, {"name": name})).fetchone()
    return row[0] if row else None


async def from_primary(services: Services, kind: str, product_id: str) -> str | None:
    """The body of a product or offer document as the primary would make it now; None when it is gone.

    Raises `Overloaded` when the small pool for this is busy.
    """
    select = select_offers if kind == "offer" else select_products
    async with on_primary(services) as conn:
        body = (await select(conn, [product_id], services.shop.currency)).get(product_id)
    return None if body is None else msgspec.json.encode(body).decode()


async def select_products(conn: ReadConnection, ids: Sequence[str], currency: str) -> dict[str, ProductDocument]:
    """Product documents by id as the projection would make them of what `conn` sees."""
    rows = await (await conn.execute(SELECT_PRODUCT_SOURCES, {"ids": list(ids), "currency": currency})).fetchall()
    names = sorted({name for row in rows for name in row[9]})
    described = await (await conn.execute(SELECT_ATTRIBUTES, {"names": names})).fetchall()
    labels = {name: (label, unit) for name, label, unit in described}
    return {document.id: document for document in products_from_rows(rows, labels, currency)}


async def select_offers(conn: ReadConnection, ids: Sequence[str], currency: str) -> dict[str, OfferDocument]:
    """The same of offers."""
    rows = await (await conn.execute(SELECT_OFFER_SOURCES, {"ids": list(ids), "currency": currency})).fetchall()
    return offers_from_rows(rows, currency)
