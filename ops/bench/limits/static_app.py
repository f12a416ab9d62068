"""A Litestar application that answers with one Struct, and one that selects one document a request."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar, Response, get
from litestar.params import FromPath

from kernel.database import Database
from kernel.settings import DatabaseSettings, load
from kernel.shapes import CategoryRef, Image, Money, ProductDocument, Variant
from ops.bench.queries import SELECT_ONE_DOCUMENT

PRICE = Money(12995, "USD")
PRODUCT = ProductDocument(
    id="019400000000700080000000000000aa",
    slug="a-plain-product",
    sku="PLAIN-1",
    title="A plain product of middling size",
    brand="Plain",
    brand_slug="plain",
    category="Audio > Speakers",
    category_path="audio/speakers",
    breadcrumbs=[CategoryRef("Audio", "audio"), CategoryRef("Speakers", "audio/speakers")],
    price=PRICE,
    compare_at_price=None,
    description="A description of a few hundred characters. " * 20,
    images=[Image("/assets/plain.svg", "A plain product", 500, 500)],
    attributes=[],
    variants=[Variant("PLAIN-1", "A plain product", PRICE)],
    rating=4.5,
    released_on="2026-01-01",
)


@get("/static")
async def static() -> ProductDocument:
    """The same Struct each time: the server's and the framework's own cost."""
    return PRODUCT


@get("/select/{product_id:str}")
async def select(product_id: FromPath[str]) -> Response[bytes]:
    """One select on the replica by primary key, its bytes as they are."""
    async with app.state.database.read() as conn:
        row = await (await conn.execute(SELECT_ONE_DOCUMENT, {"id": product_id})).fetchone()
    return Response(
        (row[0] if row else "null").encode(), media_type="application/json", status_code=200 if row else 404
    )


@asynccontextmanager
async def lifespan(application: Litestar) -> AsyncIterator[None]:
    """Connections, where there is a database to select from."""
    if not os.environ.get("TECHMART_DATABASE_READ_URL"):
        yield
        return
    (settings,) = load(DatabaseSettings)
    application.state.database = Database(settings, write=False)
    await application.state.database.open()
    yield
    await application.state.database.close()


app = Litestar([static, select], lifespan=[lifespan], openapi_config=None, logging_config=None)
