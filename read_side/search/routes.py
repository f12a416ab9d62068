"""Search and suggestions over HTTP."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any, Final
from urllib.parse import quote_plus

import msgspec
from litestar import Request, Response, route

from kernel.errors import ValidationFailed
from kernel.ids import slugify
from kernel.shapes import Card
from read_side.catalog.routes import READS, cache_control, chosen_locale
from read_side.search.cursors import REACH, Position
from read_side.search.engine import TOTAL_MAX, Engine, Filters, Hit, Page
from read_side.services import Services

AnyRequest = Request[Any, Any, Any]
QUERY_MAX: Final = 200
LIMIT_MAX: Final = 100
SUGGESTIONS: Final = 8
_SORTS: Final = ("relevance", "price", "-price", "newest", "rating")
_SINGLE: Final = frozenset({"q", "price_min", "price_max", "in_stock", "sort", "limit", "cursor", "locale"})
_REPEATED: Final = frozenset({"brand", "category"})
_ATTRIBUTE: Final = re.compile(r"^attr\.([a-z0-9_]{1,120})$")


class Asked(msgspec.Struct, frozen=True):
    """A search as asked: checked, and with a text that names it for its cursors."""

    text: str
    filters: Filters
    sort: str
    limit: int
    cursor: str | None
    locale: str | None

    def identity(self) -> str:
        """What a cursor of this search belongs to."""
        return repr((self.text, self.filters, self.sort))


@route("/products", http_method=READS, summary="Search and list products", media_type="application/json")
async def search(request: AnyRequest) -> Response[bytes]:
    services: Services = request.app.state.services
    asked = read_parameters(list(request.query_params.multi_items()))
    chosen_locale(services, asked.locale)
    position = services.cursors.read(asked.cursor, asked.identity()) if asked.cursor else Position(0, 0)
    page = _find(services.index.engine, asked, position)
    cards = await services.cards.get(services.database, page.hits)
    items = [cards[hit.id] for hit in page.hits if hit.id in cards]
    return _answer(request, _body(services, asked, page, items, position))


def _find(engine: Engine, asked: Asked, position: Position) -> Page:
    after = position.key if position.seen and position.key else None
    limit = min(asked.limit, REACH - position.seen)
    return engine.search(asked.text, asked.filters, asked.sort, limit, position.seen if after is None else 0, after)


def _body(services: Services, asked: Asked, page: Page, items: list[Card], position: Position) -> dict[str, Any]:
    seen = position.seen + len(page.hits)
    last: Hit | None = page.hits[-1] if page.hits else None
    more = last is not None and seen < page.total and len(page.hits) == asked.limit
    return {
        "items": items,
        "total": min(page.total, TOTAL_MAX),
        "total_is_exact": page.total <= TOTAL_MAX,
        "relaxed": page.relaxed,
        "facets": page.facets,
        "next_cursor": services.cursors.sign(Position(seen, last.key), asked.identity()) if more and last else None,
        "corrected_query": page.corrected_query,
    }


@route("/suggestions", http_method=READS, summary="Finish what is being typed", media_type="application/json")
async def suggestions(request: AnyRequest) -> Response[bytes]:
    services: Services = request.app.state.services
    given = dict(request.query_params.multi_items())
    _refuse_unknown(given.keys() - {"q", "locale"})
    text = _text(given.get("q", ""))
    locale = chosen_locale(services, given.get("locale"))
    engine = services.index.engine
    completed = engine.complete(text, 3)
    found = [{"text": words, "kind": "query", "url": f"/{locale}/search?q={quote_plus(words)}"} for words in completed]
    hits = engine.suggest(text, SUGGESTIONS - len(found))
    cards = await services.cards.get(services.database, hits)
    products = [cards[hit.id] for hit in hits if hit.id in cards]
    found += [{"text": card.title, "kind": "product", "url": f"/{locale}/p/{card.slug}"} for card in products]
    return _answer(request, {"suggestions": found})


def _answer(request: AnyRequest, body: dict[str, Any]) -> Response[bytes]:
    headers = {"cache-control": cache_control(request)}
    return Response(msgspec.json.encode(body), media_type="application/json", headers=headers)


def read_parameters(items: list[tuple[str, str]]) -> Asked:
    """A search of its query parameters. Raises `ValidationFailed` naming the parameter."""
    single: dict[str, str] = {}
    repeated: dict[str, list[str]] = defaultdict(list)
    for name, value in items:
        if name in _SINGLE:
            if name in single:
                raise ValidationFailed.of(name, "is given twice")
            single[name] = value
        elif name in _REPEATED or _ATTRIBUTE.match(name):
            repeated[name].append(_text(value, name))
        else:
            _refuse_unknown({name})
    sort = single.get("sort", "relevance")
    if sort not in _SORTS:
        raise ValidationFailed.of("sort", f"is one of {', '.join(_SORTS)}")
    return Asked(
        text=_text(single.get("q", "")),
        filters=_filters(single, repeated),
        sort=sort,
        limit=_number(single, "limit", 1, LIMIT_MAX) or 24,
        cursor=single.get("cursor") or None,
        locale=single.get("locale"),
    )


def _filters(single: dict[str, str], repeated: dict[str, list[str]]) -> Filters:
    in_stock = single.get("in_stock")
    if in_stock not in {None, "true", "false"}:
        raise ValidationFailed.of("in_stock", "is true or false")
    attributes = tuple(
        (match[1], tuple(values)) for name, values in sorted(repeated.items()) if (match := _ATTRIBUTE.match(name))
    )
    return Filters(
        brands=tuple(repeated.get("brand", ())),
        categories=tuple(category_path(value) for value in repeated.get("category", ())),
        price_min=_number(single, "price_min", 0, 2**53),
        price_max=_number(single, "price_max", 0, 2**53),
        in_stock=None if in_stock is None else in_stock == "true",
        attributes=attributes,
    )


def category_path(value: str) -> str:
    """A category's slug path, given as that or as its label `Group > Leaf`."""
    if ">" not in value and not re.search("[A-Z ]", value):
        return value.strip("/")
    return "/".join(slugify(name.strip(), "category") for name in value.split(">"))


def _text(value: str, name: str = "q") -> str:
    if len(value) > QUERY_MAX:
        raise ValidationFailed.of(name, f"has at most {QUERY_MAX} characters")
    if any(ord(character) < 32 or 0xD800 <= ord(character) < 0xE000 for character in value):
        raise ValidationFailed.of(name, "holds control characters")
    return value.strip()


def _number(single: dict[str, str], name: str, low: int, high: int) -> int | None:
    raw = single.get(name)
    if raw is None:
        return None
    if not re.fullmatch("[0-9]{1,16}", raw) or not low <= int(raw) <= high:
        raise ValidationFailed.of(name, f"is a whole number from {low} to {high}")
    return int(raw)


def _refuse_unknown(names: set[str]) -> None:
    if names:
        raise ValidationFailed.of(min(names), "is not a parameter of this address")


ROUTES = [search, suggestions]
