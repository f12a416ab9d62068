"""One's orders over HTTP."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Request, Response, route
from litestar.params import FromPath, QueryParameter

from kernel.consistency import HEADER
from kernel.errors import NotFound, Unauthenticated, ValidationFailed
from kernel.events import ORDERS
from kernel.orders import order_of
from kernel.shapes import Order, OrderSummary
from kernel.shopper import Shopper
from read_side.catalog.routes import PRIVATE, READS
from read_side.consistency import caught_up, on_primary
from read_side.orders.queries import SELECT_HISTORY, SELECT_OWN_ORDER
from read_side.own import own_row, owner
from read_side.projections.orders import summary
from read_side.projections.orders_sql import SELECT_ORDERS_OF_COMMANDS
from read_side.services import Services

AnyRequest = Request[Any, Any, Any]
LIMIT_MAX: Final = 100
_LAST: Final = (datetime(9999, 1, 1, tzinfo=UTC), "~")
_decode_summary = msgspec.json.Decoder(OrderSummary).decode
_Place = tuple[datetime, str]
"""Where a page begins: behind the order made then, of that id."""


class History(msgspec.Struct, frozen=True):
    """A page of a customer's orders, newest first."""

    items: list[OrderSummary]
    next_cursor: str | None


@route("/orders/{order_id:uuid}", http_method=READS, guards=[owner], summary="An order, its customer's or its cart's")
async def get_order(request: AnyRequest, order_id: FromPath[UUID]) -> Response[Order]:
    shopper: Shopper = request.state.shopper
    row = await own_row(request, SELECT_OWN_ORDER, {"order_id": order_id, **shopper.parameters()})
    if row is None:
        raise NotFound("there is no such order")
    return Response(order_of(row), headers={"cache-control": PRIVATE})


@route("/orders", http_method=READS, guards=[owner], summary="A customer's orders, newest first")
async def get_orders(
    request: AnyRequest,
    limit: Annotated[int, QueryParameter(ge=1, le=LIMIT_MAX)] = 24,
    cursor: Annotated[str | None, QueryParameter(max_length=200)] = None,
) -> Response[History]:
    services: Services = request.app.state.services
    shopper: Shopper = request.state.shopper
    if shopper.customer_id is None:
        raise Unauthenticated("log in to see your orders")
    commands = services.consistency.parse(request.headers.get(HEADER))
    before = _read_cursor(cursor)
    async with services.database.read() as conn:
        seen = not commands or await caught_up(conn, commands, ORDERS)
        wanted = {
            "customer_id": shopper.customer_id,
            "before_at": before[0],
            "before_id": before[1],
            "limit": limit + 1,
        }
        rows = await (await conn.execute(SELECT_HISTORY, wanted)).fetchall()
    known = {row[2]: _decode_summary(row[0]) for row in rows}
    if not seen:
        known |= await _own(services, commands, shopper.customer_id, before)
    items = sorted(known.values(), key=lambda one: (one.created_at, one.id), reverse=True)
    shown = items[:limit]
    following = _cursor(shown[-1]) if len(items) > limit else None
    return Response(History(shown, following), headers={"cache-control": PRIVATE})


async def _own(services: Services, commands: list[UUID], customer_id: UUID, before: _Place) -> dict[str, OrderSummary]:
    """The orders that the token's commands touched, as the primary has them, behind the page's beginning."""
    async with on_primary(services) as conn:
        wanted = {"commands": commands, "customer_id": customer_id}
        rows = await (await conn.execute(SELECT_ORDERS_OF_COMMANDS, wanted)).fetchall()
    found = (summary(row) for row in rows)
    return {one.id: one for one in found if (datetime.fromisoformat(one.created_at), one.id) < before}


def _cursor(last: OrderSummary) -> str:
    return base64.urlsafe_b64encode(f"{last.created_at} {last.id}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str | None) -> _Place:
    """Where a page begins. Raises `ValidationFailed`."""
    if cursor is None:
        return _LAST
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode("ascii")
        at, _, order_id = text.partition(" ")
        return datetime.fromisoformat(at), str(UUID(order_id))
    except ValueError as error:
        raise ValidationFailed.of("cursor", "is not a cursor") from error


ROUTES = [get_order, get_orders]
