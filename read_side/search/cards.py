"""Cards of the products found: from the process, then the cache, then the replica."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from time import monotonic
from typing import Final

import msgspec

from kernel.cache import Cache
from kernel.database import Database
from kernel.shapes import Card, OfferDocument, ProductDocument
from read_side.catalog.queries import SELECT_CARDS
from read_side.projections.lists import card

KEPT: Final = 20_000
FRESH_SECONDS: Final = 1.0
"""A card may be a second old, as an offer at the edge may."""

_decode_product = msgspec.json.Decoder(ProductDocument).decode
_decode_offer = msgspec.json.Decoder(OfferDocument).decode
_decode_card = msgspec.json.Decoder(Card).decode
_encode = msgspec.json.Encoder().encode


class Cards:
    """Bounded, and never older than a second."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._known: OrderedDict[str, tuple[float, Card]] = OrderedDict()

    async def get(self, database: Database, ids: Sequence[str]) -> dict[str, Card]:
        """Cards by id; a product that is gone meanwhile has none."""
        now = monotonic()
        found = {i: kept[1] for i in ids if (kept := self._known.get(i)) and now - kept[0] < FRESH_SECONDS}
        missing = [i for i in ids if i not in found]
        if not missing:
            return found
        cached = await self._cache.get_many([f"card:{i}" for i in missing])
        fresh = {i: _decode_card(raw) for i, raw in zip(missing, cached, strict=True) if raw}
        missing = [i for i in missing if i not in fresh]
        if missing:
            made = await self._select(database, missing)
            await self._cache.set_many({f"card:{i}": _encode(one) for i, one in made.items()}, 1)
            fresh |= made
        self._keep(now, fresh)
        return found | fresh

    async def _select(self, database: Database, ids: Sequence[str]) -> dict[str, Card]:
        async with database.read() as conn:
            rows = await (await conn.execute(SELECT_CARDS, {"ids": list(ids)})).fetchall()
        return {
            row[0]: card(_decode_product(row[2]), _decode_offer(row[3]) if row[3] else None, row[1]) for row in rows
        }

    def _keep(self, now: float, cards: dict[str, Card]) -> None:
        for product_id, one in cards.items():
            self._known[product_id] = (now, one)
            self._known.move_to_end(product_id)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
