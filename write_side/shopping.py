"""Commands of shoppers: guards that note who shops. Somebody else's cart is one that does not exist."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request

from kernel.errors import NotFound, ShopError, Unauthenticated
from kernel.shopper import Shopper, shown_token, shows_session
from kernel.web.answers import ReadyAnswer
from kernel.web.identity import Connection
from write_side.context import Services
from write_side.execution import Handler, carry_out, command_of, principal_of
from write_side.idempotency import key_of
from write_side.sql import SELECT_CART_OWNER


async def shopper_of(connection: Connection) -> Shopper:
    """Who shops. Raises `Unauthenticated` for a session that is not good, never for a missing one."""
    principal = await principal_of(connection) if shows_session(connection) else None
    return Shopper(principal, shown_token(connection))


async def anyone(connection: Any, _: Any) -> None:
    """A guard that notes who shops, a visitor too."""
    connection.state.shopper = await shopper_of(connection)


async def owner(connection: Any, _: Any) -> None:
    """A guard for addresses below a cart: some sign of ownership, looked at closely by the command itself.

    A request that fails before its command (a bad body, a missing key) is told so only when the cart is its own.
    """
    shopper = await shopper_of(connection)
    if shopper.principal is None and shopper.token_hash is None:
        raise Unauthenticated("send the cart's Cart-Token, or log in")
    connection.state.shopper = shopper
    connection.state.before_refusing = _ownership(connection, shopper)


def _ownership(connection: Connection, shopper: Shopper) -> Callable[[], Awaitable[None]]:
    async def check() -> None:
        cart_id = connection.path_params.get("cart_id")
        services: Services = connection.app.state.services
        if cart_id is None:
            return
        if not await services.database.execute(SELECT_CART_OWNER, {"cart_id": cart_id, **shopper.parameters()}):
            raise NotFound("there is no such cart")

    return check


async def execute(request: Request[Any, Any, Any], handler: Handler, *, key_required: bool = False) -> ReadyAnswer:
    """Carry out a shopper's command, once for each Idempotency-Key; a visitor has nobody to keep a key for."""
    shopper: Shopper = request.state.shopper
    try:
        key = await key_of(request, shopper.scope, required=key_required) if shopper.scope else None
    except ShopError:
        if check := getattr(request.state, "before_refusing", None):
            await check()
        raise
    return await carry_out(request, handler, command_of(request, shopper.principal), key)
