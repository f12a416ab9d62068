"""Stock over HTTP."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.params import JSONBody

from write_side.execution import execute, needs
from write_side.inventory import handlers
from write_side.inventory.handlers import AdjustStock


@post(
    "/admin/inventory/adjustments",
    guards=[needs("inventory.adjust")],
    summary="Change stock on hand",
    status_code=200,
)
async def adjust_stock(request: Request[Any, Any, Any], data: JSONBody[AdjustStock]) -> Response[bytes]:
    return await execute(request, lambda conn, command: handlers.adjust_stock(conn, command, data), key_required=True)


ROUTES = [adjust_stock]
