"""One's own changes in a list: products that a session's commands touched and the index does not show yet.

They are left out of what the index finds, made into a small index of their own, and searched beside it: so a changed
product stands where its new price puts it, a deleted one nowhere, and total and facets count them as the list will.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Raw

from kernel.database import ReadConnection
from kernel.events import OFFERS, PRODUCTS
from kernel.shapes import OfferDocument, ProductDocument
from read_side.catalog.queries import SELECT_CARDS, SELECT_TOUCHED
from read_side.consistency import caught_up, on_primary, select_offers, select_products
from read_side.search import facets
from read_side.search.cards import encoded
from read_side.search.engine import Engine, Versioned
from read_side.search.view import Filters, Page, View
from read_side.services import Services

TOUCHED_MAX: Final = 200
NOT_INDEXED: Final = (0, 0)

_decode_product = msgspec.json.Decoder(ProductDocument).decode
_decode_offer = msgspec.json.Decoder(OfferDocument).decode


class Own(NamedTuple):
    """Products that the index shows as they were, and a view of what they are now."""

    ids: frozenset[str]
    view: View
    cards: dict[str, Raw]

    def search(
        self, view: View, text: str, filters: Filters, sort: str, limit: int, seen: int, after: int | None
    ) -> Page:
        """A page of what the index and these products make together; by relevance these come first."""
        found = view.find(text, filters, self.ids)
        said = found.reading.corrected or text if found.reading else text
        own = self.view.search(said, filters, sort, TOUCHED_MAX, 0, after, relaxed=found.relaxed, counted=False)
        if sort == "relevance" and found.reading:
            mine = own.hits[seen : seen + limit]
            offset = max(0, seen - len(own.hits))
            others = view.search(text, filters, sort, limit - len(mine), offset, None, self.ids, relaxed=found.relaxed)
            hits = [*mine, *others.hits]
        else:
            others = view.search(text, filters, sort, limit, 0, after, self.ids, relaxed=found.relaxed)
            hits = sorted([*own.hits, *others.hits], key=lambda hit: hit.key, reverse=sort != "price")[:limit]
        its = facets.facets(
            self.view.columns,
            self.view.find(said, filters, (), found.relaxed).matches.slots,
            facets.EVERY,
            facets.EVERY,
        )
        return others._replace(hits=hits, total=others.total + own.total, facets=facets.merged(others.facets, its))


async def own_changes(services: Services, commands: Sequence[UUID]) -> Own | None:
    """What the index does not show yet of the products that some commands touched; None where it shows all.

    Waits at most 300 ms for the replica; then the primary tells. Raises `Overloaded` when the small pool for this is busy.
    """
    async with services.database.read() as conn:
        if await caught_up(conn, commands, PRODUCTS, OFFERS):
            ids = await _touched(conn, commands)
            now = await _documents(conn, ids)
        else:
            now = None
    if now is None:
        async with on_primary(services) as conn:
            ids = await _touched(conn, commands)
            now = await _made_now(services, conn, ids)
    engine = services.index.engine
    behind = {one: document for one, document in now.items() if _is_behind(engine.versions_of(one), document)}
    if not behind:
        return None
    documents = [document for document in behind.values() if document is not None]
    small = await asyncio.to_thread(Engine.of, documents, vocabulary=False)
    cards = {product.id: Raw(encoded(product, offer, version)) for product, version, offer, _ in documents}
    return Own(frozenset(behind), small.view, cards)


def _is_behind(indexed: tuple[int, int] | None, now: Versioned | None) -> bool:
    if now is None:
        return indexed is not None
    return indexed is None or indexed[0] < now[1] or indexed[1] < now[3]


async def _touched(conn: ReadConnection, commands: Sequence[UUID]) -> list[str]:
    wanted: dict[str, Any] = {"commands": list(commands), "most": TOUCHED_MAX}
    return [row[0] for row in await (await conn.execute(SELECT_TOUCHED, wanted)).fetchall()]


async def _documents(conn: ReadConnection, ids: Sequence[str]) -> dict[str, Versioned | None]:
    """The documents of some products as they are stored; None of a product that is not in the shop."""
    rows = await (await conn.execute(SELECT_CARDS, {"ids": list(ids)})).fetchall()
    stored: dict[str, Versioned | None] = dict.fromkeys(ids)
    for product_id, version, product, offer_version, offer in rows:
        body = _decode_offer(offer) if offer else None
        stored[product_id] = (_decode_product(product), version, body, offer_version or 0)
    return stored


async def _made_now(services: Services, conn: ReadConnection, ids: Sequence[str]) -> dict[str, Versioned | None]:
    """The same as the projection would make them of what `conn` sees, each a version after the one indexed."""
    products = await select_products(conn, ids, services.shop.currency)
    offers = await select_offers(conn, ids, services.shop.currency)
    made: dict[str, Versioned | None] = dict.fromkeys(ids)
    for product_id, product in products.items():
        version, offer_version = services.index.engine.versions_of(product_id) or NOT_INDEXED
        made[product_id] = (product, version + 1, offers.get(product_id), offer_version + 1)
    return made
