"""Limits on declined payments: failures per cart, e-mail and address, never successes.

They stand in Postgres, so that they hold for every process and without Redis. Card testers are stopped before the
gateway is asked; a buyer whose card is declined a few times is not.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from kernel.database import WriteConnection
from kernel.errors import RateLimited
from write_side.orders.sql import COUNT_DECLINES, SELECT_DECLINES

WINDOW_SECONDS: Final = 3600
PER_CART: Final = 8
PER_EMAIL: Final = 10
PER_ADDRESS: Final = 30
"""Several buyers may share an address."""


async def check(conn: WriteConnection, cart_id: UUID, email: str, address: str | None) -> None:
    """Raise `RateLimited` where too many payments were declined within the hour."""
    watched = _watched(cart_id, email, address)
    parameters = {
        "scopes": [scope for scope, _, _ in watched],
        "subjects": [subject for _, subject, _ in watched],
        "most": [most for _, _, most in watched],
        "window_seconds": WINDOW_SECONDS,
    }
    row = await (await conn.execute(SELECT_DECLINES, parameters)).fetchone()
    if row and row[0] is not None:
        raise RateLimited("too many payments were declined", retry_after=max(1, row[0]))


async def count(conn: WriteConnection, cart_id: UUID, email: str, address: str | None) -> None:
    """Count one declined payment."""
    watched = _watched(cart_id, email, address)
    parameters = {
        "scopes": [scope for scope, _, _ in watched],
        "subjects": [subject for _, subject, _ in watched],
        "window_seconds": WINDOW_SECONDS,
    }
    await conn.execute(COUNT_DECLINES, parameters)


def _watched(cart_id: UUID, email: str, address: str | None) -> list[tuple[str, str, int]]:
    watched = [("decline-cart", str(cart_id), PER_CART), ("decline-email", email, PER_EMAIL)]
    return [*watched, ("decline-address", address[:300], PER_ADDRESS)] if address else watched
