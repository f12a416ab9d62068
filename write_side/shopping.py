"""Who shops: a customer with a session, the holder of a cart's token, or both.

A cart belongs to its customer, and to whoever shows its Cart-Token. Somebody else's cart is one that does not exist.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response

from kernel.auth import Principal
from kernel.errors import NotFound, Unauthenticated
from kernel.web.identity import ACCESS, Connection, cookie
from write_side.context import Services
from write_side.execution import Handler, carry_out, command_of, principal_of
from write_side.idempotency import key_of
from write_side.sql import SELECT_CART_OWNER

CART_TOKEN: Final = "Cart-Token"  # noqa: S105 - the name of a header
TOKEN_LENGTH_MAX: Final = 200


@dataclass(frozen=True)
class Shopper:
    """What a request shows of who sends it; neither is a visitor without a cart."""

    principal: Principal | None
    token_hash: bytes | None

    @property
    def customer_id(self) -> UUID | None:
        """The customer's account, None of a guest."""
        return self.principal.account_id if self.principal else None

    @property
    def scope(self) -> str | None:
        """Whose an Idempotency-Key is: the customer's, else the cart's, named by its token. None of a visitor."""
        if self.principal:
            return str(self.principal.account_id)
        return f"cart:{self.token_hash.hex()}" if self.token_hash else None

    def parameters(self) -> dict[str, Any]:
        """What statements compare a cart's owner with."""
        return {"customer_id": self.customer_id, "token_hash": self.token_hash}


def hash_token(token: str) -> bytes:
    """What is stored of a Cart-Token."""
    return hashlib.sha256(token.encode()).digest()


async def shopper_of(connection: Connection) -> Shopper:
    """Who shops. Raises `Unauthenticated` for a session that is not good, never for a missing one."""
    token = connection.headers.get(CART_TOKEN)
    known = connection.headers.get("authorization") is not None or cookie(connection, ACCESS) is not None
    principal = await principal_of(connection) if known else None
    return Shopper(principal, hash_token(token) if token and len(token) <= TOKEN_LENGTH_MAX else None)


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
        async with services.database.transaction() as conn:
            found = await conn.execute(SELECT_CART_OWNER, {"cart_id": cart_id, **shopper.parameters()})
            if await found.fetchone() is None:
                raise NotFound("there is no such cart")

    return check


async def execute(request: Request[Any, Any, Any], handler: Handler, *, key_required: bool = False) -> Response[bytes]:
    """Carry out a shopper's command, once for each Idempotency-Key; a visitor has nobody to keep a key for."""
    shopper: Shopper = request.state.shopper
    key = await key_of(request, shopper.scope, required=key_required) if shopper.scope else None
    return await carry_out(request, handler, command_of(request, shopper.principal), key)
