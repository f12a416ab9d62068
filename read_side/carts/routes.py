"""One's cart over HTTP: what its last command stored."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, route
from litestar.params import FromPath

from kernel.carts import cart_line, cart_of, cart_row
from kernel.errors import NotFound
from kernel.shapes import Cart
from kernel.shopper import Shopper
from kernel.web.etags import etag
from read_side.carts.queries import SELECT_OWN_CART
from read_side.catalog.routes import PRIVATE, READS
from read_side.own import own_row, owner

_lines = msgspec.json.Decoder(list[tuple[str, str, str, int, int, int]]).decode


@route("/carts/{cart_id:uuid}", http_method=READS, guards=[owner], summary="A cart, its customer's or its token's")
async def get_cart(request: Request[Any, Any, Any], cart_id: FromPath[UUID]) -> Response[Cart]:
    shopper: Shopper = request.state.shopper
    row = await own_row(request, SELECT_OWN_CART, {"cart_id": cart_id, **shopper.parameters()})
    if row is None:
        raise NotFound("there is no such cart")
    cart = cart_row(row[:-1])
    lines = [cart_line(*line, cart.currency) for line in _lines(row[-1])]
    return Response(cart_of(cart, lines), headers={"cache-control": PRIVATE, "etag": etag(cart.version)})


ROUTES = [get_cart]
