"""Stock over HTTP."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post, put
from litestar.params import FromPath, JSONBody

from write_side.execution import execute, needs
from write_side.inventory import handlers
from write_side.inventory.handlers import AdjustStock, PutBuckets


@post(
    "/admin/inventory/adjustments",
    guards=[needs("inventory.adjust")],
    summary="Change stock on hand",
    status_code=200,
)
async def adjust_stock(request: Request[Any, Any, Any], data: JSONBody[AdjustStock]) -> Response[bytes]:
    return await execute(request, lambda conn, command: handlers.adjust_stock(conn, command, data), key_required=True)


@put(
    "/admin/inventory/{sku:str}/buckets",
    guards=[needs("inventory.adjust")],
    summary="Spread a SKU's stock over rows",
)
async def put_buckets(
    request: Request[Any, Any, Any], sku: FromPath[str], data: JSONBody[PutBuckets]
) -> Response[bytes]:
    return await execute(request, lambda conn, command: handlers.put_buckets(conn, command, sku, data))


ROUTES = [adjust_stock, put_buckets]
