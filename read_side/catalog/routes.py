"""Products over HTTP: the same bytes as the objects in the bucket."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath, QueryParameter

from kernel.clock import rfc3339
from kernel.consistency import HEADER
from kernel.errors import NotFound, ValidationFailed
from kernel.events import OFFERS, PRODUCTS
from kernel.web.answers import JSON, ReadyAnswer
from read_side.catalog.documents import Stored
from read_side.catalog.queries import SELECT_PRODUCT_BY_ID, SELECT_PRODUCT_ID_BY_NAME
from read_side.consistency import caught_up, from_primary, id_on_primary
from read_side.documents.render import offer_json, product_json
from read_side.services import Services

AnyRequest = Request[Any, Any, Any]
Locale = Annotated[str | None, QueryParameter(pattern="^[a-z]{2}-[a-z]{2}$")]
READS: Final = [HttpMethod.GET, HttpMethod.HEAD]
PUBLIC: Final = "public, max-age=0, s-maxage=1"
PRIVATE: Final = "no-store"
_UUID: Final = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_NAME_MAX: Final = 200
_PERSONAL: Final = frozenset({b"authorization", b"cart-token", b"consistency-token", b"cookie"})


def cache_control(request: AnyRequest) -> str:
    """Anonymous answers may be kept for a second; whoever shows who they are gets an answer of their own."""
    return PUBLIC if _PERSONAL.isdisjoint([name for name, _ in request.scope["headers"]]) else PRIVATE


def chosen_locale(services: Services, locale: str | None) -> str:
    """The locale asked for, or the shop's first. Raises `ValidationFailed` for one the shop has not."""
    if locale is None:
        return services.shop.locales[0]
    if locale not in services.shop.locales:
        raise ValidationFailed.of("locale", f"this shop has {', '.join(services.shop.locales)}")
    return locale


@route("/products/{name:str}", http_method=READS, summary="A product by id, slug or SKU", media_type="application/json")
async def get_product(request: AnyRequest, name: FromPath[str], locale: Locale = None) -> Response[bytes]:
    services: Services = request.app.state.services
    shown = chosen_locale(services, locale)
    caching = cache_control(request)
    kept = services.documents.current(name) if caching == PUBLIC else None
    if kept is not None:
        return _answer(product_json(kept.content, kept.version, shown), kept.version, kept.committed_at, PUBLIC)
    content, version, committed_at, fallback = await _document(request, services, "product", PRODUCTS, name)
    if not fallback and _UUID.match(name):
        services.documents.keep(name, Stored(content, version, committed_at))
    body = product_json(content, version, shown)
    return _answer(body, version, committed_at, PRIVATE if fallback else caching)


@route(
    "/products/{name:str}/offer", http_method=READS, summary="Price and availability now", media_type="application/json"
)
async def get_offer(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    services: Services = request.app.state.services
    content, version, committed_at, fallback = await _document(request, services, "offer", OFFERS, name)
    body = offer_json(content, version, committed_at)
    return _answer(body, version, committed_at, PRIVATE if fallback else cache_control(request))


Found = tuple[str, int, datetime | None, bool]
"""Content, version, commit time, and whether it came from the primary."""


async def _document(request: AnyRequest, services: Services, kind: str, consumer: str, name: str) -> Found:
    if len(name) > _NAME_MAX or not name.isprintable():
        raise NotFound
    commands: list[UUID] = services.consistency.parse(request.headers.get(HEADER))
    async with services.database.read() as conn:
        visible = not commands or await caught_up(conn, commands, consumer)
        row = None
        if _UUID.match(name):
            row = await (await conn.execute(SELECT_PRODUCT_BY_ID, {"kind": kind, "name": name})).fetchone()
        if row is None and (found := await (await conn.execute(SELECT_PRODUCT_ID_BY_NAME, {"name": name})).fetchone()):
            row = await (await conn.execute(SELECT_PRODUCT_BY_ID, {"kind": kind, "name": found[0]})).fetchone()
    if visible:
        if row is None or row[2] != "live":
            raise NotFound("there is no such product")
        return row[3], row[1], row[4], False
    named = row[0] if row else name
    product_id = named if _UUID.match(named) else await id_on_primary(services, named)
    content = await from_primary(services, kind, product_id) if product_id else None
    if content is None:
        raise NotFound("there is no such product")
    return content, (row[1] if row else 0) + 1, None, True


def _answer(body: bytes, version: int, committed_at: datetime | None, caching: str) -> Response[bytes]:
    headers = {"cache-control": caching, "x-source-version": str(version), "etag": f'"{version}"'}
    if committed_at:
        headers["x-committed-at"] = rfc3339(committed_at)
    return ReadyAnswer(200, body, {**JSON, **headers})


ROUTES = [get_product, get_offer]
