"""An order with one attempt to pay it, locked: what an outcome is decided on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kernel.database import WriteConnection
from kernel.errors import NotFound
from write_side.inventory.holds import Wanted
from write_side.orders.rules import GIVE_UP_SECONDS
from write_side.orders.sql import LOCK_ORDER


@dataclass(frozen=True)
class LockedAttempt:
    """The order's and the payment's row, both locked, with the cart's."""

    order_id: UUID
    number: str
    cart_id: UUID
    status: str
    email: str
    total_minor: int
    currency: str
    payment_id: UUID
    payment_state: str
    gateway: str
    gateway_id: str | None
    amount_minor: int
    captured_minor: int
    refunded_minor: int
    asked: int
    too_old: bool
    customer_id: UUID | None
    lines: list[Wanted]


async def lock(conn: WriteConnection, order_id: UUID, attempt: int) -> LockedAttempt:
    """Lock an order for an outcome of one of its attempts. Raises `NotFound`."""
    parameters: dict[str, Any] = {"order_id": order_id, "attempt": attempt, "give_up_seconds": GIVE_UP_SECONDS}
    row = await (await conn.execute(LOCK_ORDER, parameters)).fetchone()
    if row is None:
        raise NotFound("there is no such order")
    columns = list(row)
    columns[-1] = [Wanted(sku, quantity) for sku, quantity in columns[-1]]
    return LockedAttempt(*columns)
