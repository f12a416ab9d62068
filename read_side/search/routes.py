"""Search and suggestions over HTTP."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote_plus

import msgspec
from litestar import Request, Response, route
from msgspec import Raw, Struct

from kernel.consistency import HEADER
from kernel.shapes import Card
from kernel.web.answers import JSON, ReadyAnswer
from read_side.catalog.routes import READS, cache_control, chosen_locale
from read_side.search.cards import decode_card
from read_side.search.cursors import Position
from read_side.search.own import own_changes
from read_side.search.pages import Filled, fill
from read_side.search.parameters import Asked, plain_text, read_parameters, refuse_unknown
from read_side.search.view import TOTAL_MAX, Filters
from read_side.services import Services

AnyRequest = Request[Any, Any, Any]
SUGGESTIONS: Final = 8
OF_A_KIND: Final = 2
"""Categories and brands suggested at most, each; as many queries and one more, and products fill the rest."""

_START: Final = Position(0, 0)
_encode: Final = msgspec.json.Encoder().encode


class Answer(Struct, frozen=True):
    """A page of a result set and what is true of the whole set."""

    items: list[Raw]
    total: int
    total_is_exact: bool
    relaxed: bool
    facets: Raw
    next_cursor: str | None
    corrected_query: str | None


class Suggestion(Struct, frozen=True):
    """A text that may be meant, what it is, and where it leads."""

    text: str
    kind: str
    url: str


@route("/products", http_method=READS, summary="Search and list products", media_type="application/json")
async def search(request: AnyRequest) -> Response[bytes]:
    services: Services = request.app.state.services
    asked = read_parameters(request.query_params.multi_items())
    chosen_locale(services, asked.locale)
    position = services.cursors.read(asked.cursor, asked.identity()) if asked.cursor else _START
    commands = services.consistency.parse(request.headers.get(HEADER))
    own = await own_changes(services, commands) if commands else None
    filled = await fill(services, asked, position, own)
    return _answer(request, _body(services, asked, filled))


def _body(services: Services, asked: Asked, filled: Filled) -> Answer:
    following, page = filled.following, filled.page
    return Answer(
        items=filled.items,
        total=min(page.total, TOTAL_MAX),
        total_is_exact=page.total <= TOTAL_MAX,
        relaxed=page.relaxed,
        facets=page.facets,
        next_cursor=services.cursors.sign(following, asked.identity()) if following else None,
        corrected_query=page.corrected_query,
    )


@route("/suggestions", http_method=READS, summary="Finish what is being typed", media_type="application/json")
async def suggestions(request: AnyRequest) -> Response[bytes]:
    services: Services = request.app.state.services
    given = dict(request.query_params.multi_items())
    refuse_unknown(given.keys() - {"q", "locale"})
    text = plain_text(given.get("q", ""))
    found = await _suggested(services, text, chosen_locale(services, given.get("locale")))
    return _answer(request, {"suggestions": found})


async def _suggested(services: Services, text: str, locale: str) -> list[Suggestion]:
    """Queries, categories, brands and products, none of the same text as another."""
    view = services.index.engine.view
    suggester = view.suggester
    categories = [
        Suggestion(label, "category", f"/{locale}/c/{path}") for label, path in suggester.categories(text, OF_A_KIND)
    ]
    brands = [
        Suggestion(brand, "brand", f"/{locale}/search?brand={quote_plus(brand)}")
        for brand in suggester.brands(text, OF_A_KIND)
    ]
    known = {one.text.casefold() for one in (*categories, *brands)}
    finished = suggester.queries(text, OF_A_KIND + 1)
    queries = [
        Suggestion(words, "query", f"/{locale}/search?q={quote_plus(words)}")
        for words in finished
        if words not in known
    ]
    found = [*queries, *categories, *brands]
    if text:
        found += await _products(services, finished[0] if finished else text, locale, SUGGESTIONS - len(found))
    return found


async def _products(services: Services, text: str, locale: str, most: int) -> list[Suggestion]:
    """The products that a text finds first, each title once."""
    view = services.index.engine.view
    hits = view.search(text, Filters(), "relevance", 2 * SUGGESTIONS, counted=False).hits
    cards = await services.cards.get(services.database, hits)
    titled: dict[str, Card] = {}
    for card in (decode_card(cards[hit.id]) for hit in hits if hit.id in cards):
        titled.setdefault(card.title, card)
    return [Suggestion(title, "product", f"/{locale}/p/{card.slug}") for title, card in titled.items()][:most]


def _answer(request: AnyRequest, body: Any) -> Response[bytes]:
    return ReadyAnswer(200, _encode(body), {**JSON, "cache-control": cache_control(request)})


ROUTES = [search, suggestions]
