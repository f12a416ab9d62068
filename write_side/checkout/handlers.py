"""Taking a cart to checkout: its units are held, and the buyer sees what each way to send it costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from kernel import outbox
from kernel.clock import rfc3339
from kernel.database import WriteConnection
from kernel.errors import IllegalTransition, OrderPending
from kernel.events import CartChanged
from kernel.settings import PaymentSettings
from kernel.shapes import Money, ShippingOption
from kernel.shopper import Shopper
from kernel.web.etags import etag
from write_side.carts import cart as carts
from write_side.carts.cart import CartRow
from write_side.checkout import sql
from write_side.checkout.commands import Checkout, StartCheckout
from write_side.context import Command, Result
from write_side.inventory import holds
from write_side.inventory.holds import Wanted
from write_side.orders.sql import SELECT_ORDER_OF_CART
from write_side.pricing import tables
from write_side.pricing.tables import Rate
from write_side.pricing.totals import Totals, Unpriced, price


async def start_checkout(
    conn: WriteConnection,
    command: Command,
    shopper: Shopper,
    settings: PaymentSettings,
    cart_id: UUID,
    wanted: StartCheckout,
) -> Result:
    """Hold a cart's units for ten minutes and price it for its address; again, it holds them anew, for thirty at most.

    Raises `NotFound`, `OutOfStock`, `OrderPending`, `IllegalTransition` for an empty or finished cart.
    """
    cart = await carts.lock(conn, shopper, cart_id)
    await _require_open(conn, cart)
    lines = await carts.current_lines(conn, cart)
    if not lines:
        raise IllegalTransition("the cart is empty", status=cart.status)
    rate_ppm = await tables.tax_rate(conn, wanted.shipping_address)
    rates = await tables.shipping_options(conn, wanted.shipping_address, cart.currency)
    totals = price(lines, rate_ppm)
    version, seconds = await _start(conn, shopper, settings, cart, wanted, totals)
    notices = await carts.store_lines(conn, cart, totals)
    await outbox.append(conn, [CartChanged(cart_id=str(cart_id), version=version)], command.id)
    units = [Wanted(line.sku, line.quantity) for line in lines]
    until = await holds.hold(conn, command.id, cart_id, units, seconds)
    await conn.execute(sql.STORE_HOLDS_UNTIL, {"cart_id": cart_id, "holds_until": until})
    shown = carts.shape(
        carts.checking_out(cart, wanted.email, wanted.shipping_address, version, until), totals, notices
    )
    answer = Checkout(shown, _options(lines, rate_ppm, rates, cart.currency), rfc3339(until), [])
    return Result(200, answer, {"etag": etag(version)})


async def _require_open(conn: WriteConnection, cart: CartRow) -> None:
    if cart.status in {"active", "checking_out"}:
        return
    row = await (await conn.execute(SELECT_ORDER_OF_CART, {"cart_id": cart.id})).fetchone()
    if row is not None and row[1] == "pending":
        raise OrderPending(order_id=str(row[0]))
    raise IllegalTransition(f"the cart is {cart.status}", status=cart.status)


async def _start(
    conn: WriteConnection,
    shopper: Shopper,
    settings: PaymentSettings,
    cart: CartRow,
    wanted: StartCheckout,
    totals: Totals,
) -> tuple[int, int]:
    """The cart's new version, and for how many seconds its units may be held."""
    parameters: dict[str, Any] = {
        "cart_id": cart.id,
        "customer_id": shopper.customer_id,
        "email": wanted.email,
        "shipping_address": msgspec.json.encode(wanted.shipping_address).decode(),
        "subtotal": totals.subtotal_minor,
        "discount": totals.discount_minor,
        "tax": totals.tax_minor,
        "total": totals.total_minor,
        "seconds": settings.checkout_hold_seconds,
        "most_seconds": settings.checkout_hold_max_seconds,
    }
    row = await (await conn.execute(sql.START_CHECKOUT, parameters)).fetchone()
    assert row is not None
    return row[0], row[1]


def _options(lines: Sequence[Unpriced], rate_ppm: int, rates: Sequence[Rate], currency: str) -> list[ShippingOption]:
    """What each way costs, and what the order costs with it."""
    return [
        ShippingOption(
            id=rate.option,
            name=rate.name,
            price=Money(rate.amount_minor, currency),
            days=rate.days,
            total=Money(price(lines, rate_ppm, rate.amount_minor).total_minor, currency),
        )
        for rate in rates
    ]
