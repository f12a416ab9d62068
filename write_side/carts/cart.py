"""A cart and its lines in the database: locked, read at the prices of now, stored, shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import msgspec

from kernel.carts import CartRow, cart_line, cart_of, cart_row
from kernel.database import WriteConnection
from kernel.errors import IllegalTransition, NotFound, OrderPending, OutOfStock
from kernel.shapes import Address, Cart, Money, Notice
from kernel.shopper import Shopper
from write_side.carts import sql
from write_side.pricing.totals import Totals, Unpriced

__all__ = ["CartRow", "checking_out", "current_lines", "edited", "lock", "lock_open", "priced", "shape"]


async def lock(conn: WriteConnection, shopper: Shopper, cart_id: UUID) -> CartRow:
    """Lock a cart of the shopper's, until the transaction ends. Raises `NotFound`."""
    row = await (await conn.execute(sql.LOCK_CART, {"cart_id": cart_id, **shopper.parameters()})).fetchone()
    if row is None:
        raise NotFound("there is no such cart")
    return cart_row(row)


async def lock_open(conn: WriteConnection, shopper: Shopper, cart_id: UUID) -> CartRow:
    """`lock` for a cart that may still be changed. Raises `NotFound`, `OrderPending`, `IllegalTransition`."""
    cart = await lock(conn, shopper, cart_id)
    if cart.status in {"active", "checking_out"}:
        return cart
    row = await (await conn.execute(sql.SELECT_PENDING_ORDER, {"cart_id": cart.id})).fetchone()
    if row is not None:
        raise OrderPending(order_id=str(row[0]))
    raise IllegalTransition(f"the cart is {cart.status}", status=cart.status)


async def current_lines(conn: WriteConnection, cart: CartRow) -> tuple[list[Unpriced], list[Notice]]:
    """A cart's lines at the prices and titles of now, and a notice for each whose stored price is another.

    Raises `OutOfStock` with 0 for a SKU that is no longer sold.
    """
    found = await conn.execute(sql.SELECT_LINES, {"cart_id": cart.id, "currency": cart.currency})
    lines, notices = [], []
    for sku, quantity, seen_minor, product_id, title, unit_minor in await found.fetchall():
        if product_id is None:
            raise OutOfStock(f"{sku} is no longer sold", sku=sku, available=0)
        lines.append(Unpriced(sku, product_id, title, quantity, unit_minor))
        if unit_minor != seen_minor:
            seen, now = Money(seen_minor, cart.currency), Money(unit_minor, cart.currency)
            notices.append(Notice("price_changed", sku, seen, now))
    return lines, notices


def checking_out(cart: CartRow, email: str, shipping_address: Address, holds_until: datetime) -> CartRow:
    """A cart that went to checkout: a version further."""
    return replace(
        cart,
        status="checking_out",
        email=email,
        shipping_address=shipping_address,
        version=cart.version + 1,
        holds_until=holds_until,
    )


def edited(cart: CartRow, customer_id: UUID | None) -> CartRow:
    """A cart that was edited: a version further, no longer at checkout, and the customer's who edits a guest's."""
    return replace(
        cart,
        status="active",
        version=cart.version + 1,
        customer_id=cart.customer_id or customer_id,
        checkout_at=None,
        holds_until=None,
    )


def _with_totals(cart: CartRow, totals: Totals) -> CartRow:
    """A cart that costs this."""
    return replace(
        cart,
        subtotal_minor=totals.subtotal_minor,
        discount_minor=totals.discount_minor,
        shipping_minor=totals.shipping_minor,
        tax_minor=totals.tax_minor,
        total_minor=totals.total_minor,
    )


def priced(totals: Totals) -> str:
    """Priced lines as statements take them: one JSON array, which costs a fifth of an array a column."""
    return msgspec.json.encode(totals.lines).decode()


def shape(cart: CartRow, totals: Totals, notices: Sequence[Notice] = ()) -> Cart:
    """A cart with these lines and totals, as it is answered."""
    lines = [
        cart_line(
            line.sku, str(line.product_id), line.title, line.quantity, line.unit_minor, line.line_minor, cart.currency
        )
        for line in totals.lines
    ]
    return cart_of(_with_totals(cart, totals), lines, notices)
