"""Cards of the products found: from the process, then the cache, then the replica.

A card is kept as the bytes it is answered with, and with the versions of the documents it was made of. The index names the
versions of each hit, so a card that is older than its hit is made again, and one that is not needs no clock.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Raw

from kernel.cache import Cache
from kernel.database import Database
from kernel.shapes import Card, OfferDocument, ProductDocument
from read_side.catalog.queries import SELECT_CARDS
from read_side.projections.lists import card
from read_side.search.view import Hit

KEPT: Final = 20_000
CACHE_SECONDS: Final = 3600
"""How long the cache may hold a card that nobody asks for; its key holds its versions."""

Versions = tuple[int, int]

_decode_product = msgspec.json.Decoder(ProductDocument).decode
_decode_offer = msgspec.json.Decoder(OfferDocument).decode
_encode = msgspec.json.Encoder().encode
decode_card: Final = msgspec.json.Decoder(Card).decode


class Cards:
    """Bounded, dropped by version."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._known: OrderedDict[str, tuple[int, int, Raw]] = OrderedDict()

    async def get(self, database: Database, hits: Sequence[Hit]) -> dict[str, Raw]:
        """Cards as JSON, by id; a product that is gone meanwhile has none."""
        found, missing, known = {}, [], self._known
        for hit in hits:
            kept = known.get(hit.id)
            if kept is not None and kept[0] >= hit.version and kept[1] >= hit.offer_version:
                found[hit.id] = kept[2]
            else:
                missing.append(hit)
        if not missing:
            return found
        cached = await self._cache.get_many([_key(hit.id, (hit.version, hit.offer_version)) for hit in missing])
        for hit, raw in zip(missing, cached, strict=True):
            if raw:
                found[hit.id] = self._keep(hit.id, (hit.version, hit.offer_version), raw)
        return found | await self._select(database, [hit.id for hit in missing if hit.id not in found])

    async def _select(self, database: Database, ids: Sequence[str]) -> dict[str, Raw]:
        if not ids:
            return {}
        async with database.read() as conn:
            rows = await (await conn.execute(SELECT_CARDS, {"ids": list(ids)})).fetchall()
        made, written = {}, {}
        for product_id, version, product, offer_version, offer in rows:
            body = encoded(_decode_product(product), _decode_offer(offer) if offer else None, version)
            versions = (version, offer_version or 0)
            made[product_id] = self._keep(product_id, versions, body)
            written[_key(product_id, versions)] = body
        await self._cache.set_many(written, CACHE_SECONDS)
        return made

    def _keep(self, product_id: str, versions: Versions, body: bytes) -> Raw:
        one = Raw(body)
        self._known[product_id] = (*versions, one)
        self._known.move_to_end(product_id)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return one


def encoded(product: ProductDocument, offer: OfferDocument | None, version: int) -> bytes:
    """The card of two documents as JSON."""
    return _encode(card(product, offer, version))


def _key(product_id: str, versions: Versions) -> str:
    return f"card:{product_id}:{versions[0]}:{versions[1]}"
