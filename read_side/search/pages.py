"""Pages of lists and searches: hits as cards, each page full as long as there are more hits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import Raw

from read_side.search.cursors import REACH, Position
from read_side.search.own import Own
from read_side.search.parameters import Asked
from read_side.search.view import Hit, Page, View
from read_side.services import Services


class Filled(NamedTuple):
    """Cards of a page, what is true of its whole set, and where the next page goes on, if there is one."""

    items: list[Raw]
    page: Page
    following: Position | None


async def fill(services: Services, asked: Asked, position: Position, own: Own | None) -> Filled:
    """A page from a position on. A hit whose product is gone meanwhile has no card: the next hit takes its place."""
    view = services.index.engine.view
    first = page = _find(view, asked, position, own, counted=True)
    items: list[Raw] = []
    while page.hits:
        cards = await _cards(services, page.hits, own)
        looked_at = _take(cards, page.hits, items, asked.limit)
        position = Position(position.seen + looked_at, page.hits[looked_at - 1].key)
        more = position.seen < first.total
        if not more or len(items) == asked.limit or position.seen >= REACH:
            return Filled(items, first, position if more else None)
        page = _find(view, asked, position, own, counted=False)
    return Filled(items, first, None)


def _take(cards: Mapping[str, Raw], hits: Sequence[Hit], items: list[Raw], limit: int) -> int:
    """Put the cards of hits behind `items` until these are full; return how many hits were looked at."""
    for looked_at, hit in enumerate(hits, 1):
        if (card := cards.get(hit.id)) is not None:
            items.append(card)
            if len(items) == limit:
                return looked_at
    return len(hits)


async def _cards(services: Services, hits: Sequence[Hit], own: Own | None) -> dict[str, Raw]:
    if own is None:
        return await services.cards.get(services.database, hits)
    others = [hit for hit in hits if hit.id not in own.cards]
    return await services.cards.get(services.database, others) | own.cards


def _find(view: View, asked: Asked, position: Position, own: Own | None, *, counted: bool) -> Page:
    after = position.key if position.seen and position.key else None
    limit, seen = min(asked.limit, REACH - position.seen), position.seen
    if own is not None:
        return own.search(view, asked.text, asked.filters, asked.sort, limit, seen, after)
    offset = seen if after is None else 0
    return view.search(asked.text, asked.filters, asked.sort, limit, offset, after, counted=counted)
