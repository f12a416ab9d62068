"""Limits on declined payments: failures per cart, e-mail and address, never successes.

They stand in Postgres, so that they hold for every process and without Redis. Card testers are stopped before the
gateway is asked; a buyer whose card is declined a few times is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kernel.database import WriteConnection
from kernel.errors import RateLimited
from write_side.accounts.rules import email_key
from write_side.orders.sql import COUNT_DECLINES, SELECT_DECLINES

WINDOW_SECONDS: Final = 3600


@dataclass(frozen=True)
class Limits:
    """Declines within an hour beyond which nothing is tried; several buyers may share an address."""

    per_cart: int
    per_email: int
    per_address: int | None


LIMITS: Final = {"on": Limits(8, 10, 30), "demo": Limits(8, 100, None)}
"""By the setting TECHMART_LIMITS: demos and tests buy from one address, and with few names."""


@dataclass(frozen=True)
class Payer:
    """Who pays, as far as a decline counts against them; `address` is that of the request."""

    cart_id: UUID
    email: str
    address: str | None

    def watched(self, limits: Limits) -> list[tuple[str, str, int]]:
        """Scope, subject and limit of each count."""
        watched = [
            ("decline-cart", str(self.cart_id), limits.per_cart),
            ("decline-email", email_key(self.email), limits.per_email),
        ]
        if self.address and limits.per_address:
            watched.append(("decline-address", self.address[:300], limits.per_address))
        return watched


async def check(conn: WriteConnection, payer: Payer, limits: Limits) -> None:
    """Raise `RateLimited` where too many payments were declined within the hour."""
    scopes, subjects, most = zip(*payer.watched(limits), strict=True)
    parameters = {
        "scopes": list(scopes),
        "subjects": list(subjects),
        "most": list(most),
        "window_seconds": WINDOW_SECONDS,
    }
    row = await (await conn.execute(SELECT_DECLINES, parameters)).fetchone()
    if row and row[0] is not None:
        raise RateLimited("too many payments were declined", retry_after=max(1, row[0]))


async def count(conn: WriteConnection, payer: Payer, limits: Limits) -> None:
    """Count one declined payment."""
    scopes, subjects, _ = zip(*payer.watched(limits), strict=True)
    parameters = {"scopes": list(scopes), "subjects": list(subjects), "window_seconds": WINDOW_SECONDS}
    await conn.execute(COUNT_DECLINES, parameters)
