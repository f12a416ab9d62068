"""Prices over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, put
from litestar.params import FromPath, JSONBody

from write_side.execution import execute, needs
from write_side.pricing import handlers
from write_side.pricing.handlers import PutPrice


@put(
    "/admin/products/{product_id:uuid}/prices",
    guards=[needs("prices.edit")],
    summary="Set the price of a SKU",
)
async def put_price(
    request: Request[Any, Any, Any], product_id: FromPath[UUID], data: JSONBody[PutPrice]
) -> Response[bytes]:
    return await execute(request, lambda conn, command: handlers.put_price(conn, command, product_id, data))


ROUTES = [put_price]
