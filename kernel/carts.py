"""One cart as both sides answer with it: the write side when it is changed, the read side whenever it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from kernel.clock import rfc3339
from kernel.shapes import Address, Cart, CartLine, Money, Notice

_address = msgspec.json.Decoder(Address).decode


@dataclass(frozen=True, slots=True)
class CartRow:
    """A cart without its lines, as stored: the columns of `kernel.carts_sql.CART`."""

    id: UUID
    customer_id: UUID | None
    status: str
    version: int
    currency: str
    email: str | None
    shipping_address: Address | None
    subtotal_minor: int
    discount_minor: int
    shipping_minor: int
    tax_minor: int
    total_minor: int
    checkout_at: datetime | None
    holds_until: datetime | None


def cart_row(columns: Sequence[Any]) -> CartRow:
    """A row of `CART`."""
    values = list(columns)
    values[6] = _address(values[6]) if values[6] else None
    return CartRow(*values)


def cart_of(cart: CartRow, lines: list[CartLine], notices: Sequence[Notice] = ()) -> Cart:
    """The shape of a cart."""
    currency = cart.currency
    return Cart(
        id=str(cart.id),
        version=cart.version,
        status=cart.status,
        lines=lines,
        subtotal=Money(cart.subtotal_minor, currency),
        discount=Money(cart.discount_minor, currency),
        shipping=Money(cart.shipping_minor, currency),
        tax=Money(cart.tax_minor, currency),
        total=Money(cart.total_minor, currency),
        email=cart.email,
        shipping_address=cart.shipping_address,
        holds_until=rfc3339(cart.holds_until) if cart.holds_until else None,
        notices=list(notices),
    )


def cart_line(
    sku: str, product_id: str, title: str, quantity: int, unit_minor: int, line_minor: int, currency: str
) -> CartLine:
    """The shape of a line."""
    return CartLine(sku, product_id, title, quantity, Money(unit_minor, currency), Money(line_minor, currency))
