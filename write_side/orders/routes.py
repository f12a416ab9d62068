"""Orders over HTTP."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.params import JSONBody

from kernel.errors import Unauthenticated
from kernel.shopper import Shopper
from write_side.checkout.commands import PlaceOrder
from write_side.context import Services
from write_side.execution import command_of, consistency_token, respond
from write_side.idempotency import key_of
from write_side.orders.placing import Asking
from write_side.orders.placing import place_order as place
from write_side.shopping import owner


@post("/orders", guards=[owner], summary="Order a cart that went through checkout")
async def place_order(request: Request[Any, Any, Any], data: JSONBody[PlaceOrder]) -> Response[bytes]:
    services: Services = request.app.state.services
    shopper: Shopper = request.state.shopper
    if shopper.scope is None:
        raise Unauthenticated("send the cart's Cart-Token, or log in")
    key = await key_of(request, shopper.scope, required=True)
    assert key is not None
    command = command_of(request, shopper.principal)
    asking = Asking(command, shopper, key, consistency_token(request, command), services.origin)
    return respond(await place(services, asking, data))


ROUTES = [place_order]
