"""Carts over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, post, put
from litestar.params import FromPath, JSONBody

from write_side.carts import handlers
from write_side.carts.commands import AddLines, CreateCart, PutLine
from write_side.execution import carry_out, carry_out_one, command_of
from write_side.shopping import anyone, execute, owner

AnyRequest = Request[Any, Any, Any]


@post("/carts", guards=[anyone], summary="Make a cart")
async def create_cart(request: AnyRequest, data: JSONBody[CreateCart | None] = None) -> Response[bytes]:
    shopper = request.state.shopper
    command = command_of(request, shopper.principal)
    # The answer tells the cart's token: it is kept under no key.
    if data is None or not data.lines:
        return await carry_out_one(request, command, *handlers.new_cart(command, shopper))
    return await carry_out(
        request, lambda conn, command: handlers.create_cart(conn, command, shopper, data.lines), command, None
    )


@put("/carts/{cart_id:uuid}/lines/{sku:str}", guards=[owner], summary="Let a cart hold so many units of a SKU")
async def put_line(
    request: AnyRequest, cart_id: FromPath[UUID], sku: FromPath[str], data: JSONBody[PutLine]
) -> Response[bytes]:
    return await _edit(request, cart_id, sku, data)


@delete("/carts/{cart_id:uuid}/lines/{sku:str}", guards=[owner], summary="Take a SKU out of a cart", status_code=200)
async def delete_line(request: AnyRequest, cart_id: FromPath[UUID], sku: FromPath[str]) -> Response[bytes]:
    return await _edit(request, cart_id, sku, PutLine(0))


@post("/carts/{cart_id:uuid}/lines", guards=[owner], summary="Add lines, all or none", status_code=200)
async def add_lines(request: AnyRequest, cart_id: FromPath[UUID], data: JSONBody[AddLines]) -> Response[bytes]:
    shopper, if_match = request.state.shopper, request.headers.get("if-match")
    return await execute(
        request, lambda conn, command: handlers.add_lines(conn, command, shopper, cart_id, data.lines, if_match)
    )


async def _edit(request: AnyRequest, cart_id: UUID, sku: str, wanted: PutLine) -> Response[bytes]:
    shopper, if_match = request.state.shopper, request.headers.get("if-match")
    return await execute(
        request, lambda conn, command: handlers.put_line(conn, command, shopper, cart_id, sku, wanted, if_match)
    )


ROUTES = [create_cart, put_line, delete_line, add_lines]
