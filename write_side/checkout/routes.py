"""Checkout over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.params import FromPath, JSONBody

from write_side.checkout import handlers
from write_side.checkout.commands import StartCheckout
from write_side.context import Services
from write_side.shopping import execute, owner


@post(
    "/carts/{cart_id:uuid}/checkout",
    guards=[owner],
    summary="Hold a cart's units and see what it costs",
    status_code=200,
)
async def start_checkout(
    request: Request[Any, Any, Any], cart_id: FromPath[UUID], data: JSONBody[StartCheckout]
) -> Response[bytes]:
    services: Services = request.app.state.services
    return await execute(
        request,
        lambda conn, command: handlers.start_checkout(
            conn, command, request.state.shopper, services.payment, cart_id, data
        ),
    )


ROUTES = [start_checkout]
