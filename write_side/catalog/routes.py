"""The catalogue over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, patch, post
from litestar.params import FromPath, JSONBody

from write_side.catalog import commands, handlers
from write_side.execution import execute, needs

AnyRequest = Request[Any, Any, Any]


@post("/admin/products", guards=[needs("catalog.edit")], summary="Create a product")
async def create_product(request: AnyRequest, data: JSONBody[commands.CreateProduct]) -> Response[bytes]:
    return await execute(request, lambda conn, command: handlers.create_product(conn, command, data))


@patch(
    "/admin/products/{product_id:uuid}",
    guards=[needs("catalog.edit")],
    summary="Edit, publish or unpublish a product",
)
async def update_product(
    request: AnyRequest, product_id: FromPath[UUID], data: JSONBody[commands.UpdateProduct]
) -> Response[bytes]:
    if_match = request.headers.get("if-match")
    return await execute(
        request, lambda conn, command: handlers.update_product(conn, command, product_id, data, if_match)
    )


@delete(
    "/admin/products/{product_id:uuid}",
    guards=[needs("catalog.edit")],
    summary="Delete a product",
    status_code=200,
)
async def delete_product(request: AnyRequest, product_id: FromPath[UUID]) -> Response[bytes]:
    if_match = request.headers.get("if-match")
    return await execute(request, lambda conn, command: handlers.delete_product(conn, command, product_id, if_match))


@post(
    "/admin/products/{product_id:uuid}/variants",
    guards=[needs("catalog.edit")],
    summary="Add a SKU to a product",
)
async def create_variant(
    request: AnyRequest, product_id: FromPath[UUID], data: JSONBody[commands.CreateVariant]
) -> Response[bytes]:
    return await execute(request, lambda conn, command: handlers.create_variant(conn, command, product_id, data))


@post("/admin/categories", guards=[needs("catalog.edit")], summary="Create a category")
async def create_category(request: AnyRequest, data: JSONBody[commands.CreateCategory]) -> Response[bytes]:
    return await execute(request, lambda conn, command: handlers.create_category(conn, command, data))


ROUTES = [create_product, update_product, delete_product, create_variant, create_category]
