"""Taking a cart to checkout: its units are held, and the buyer sees what each way to send it costs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from kernel import outbox
from kernel.clock import rfc3339
from kernel.database import WriteConnection
from kernel.errors import IllegalTransition
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
from write_side.pricing.tables import Rates, rates_of
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
    cart = await carts.lock_open(conn, shopper, cart_id)
    lines, notices = await carts.current_lines(conn, cart)
    if not lines:
        raise IllegalTransition("the cart is empty", status=cart.status)
    rates = await rates_of(conn, wanted.shipping_address, cart.currency)
    totals = price(lines, rates.tax_ppm)
    until = await _start(conn, command, shopper, settings, cart, wanted, totals)
    await holds.hold(conn, command.id, cart_id, [Wanted(line.sku, line.quantity) for line in lines], until)
    after = carts.checking_out(cart, wanted.email, wanted.shipping_address, until)
    answer = Checkout(
        carts.shape(after, totals, notices), _options(lines, rates, cart.currency), rfc3339(until), requirements=[]
    )
    return Result(200, answer, {"etag": etag(after.version)})


async def _start(
    conn: WriteConnection,
    command: Command,
    shopper: Shopper,
    settings: PaymentSettings,
    cart: CartRow,
    wanted: StartCheckout,
    totals: Totals,
) -> datetime:
    """Let a cart be at checkout at these prices; until when its units may be held."""
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
        "lines": carts.priced(totals),
        **outbox.parameters([CartChanged(cart_id=str(cart.id), version=cart.version + 1)], command.id),
    }
    row = await (await conn.execute(sql.START_CHECKOUT, parameters)).fetchone()
    assert row is not None
    until: datetime = row[0]
    return until


def _options(lines: Sequence[Unpriced], rates: Rates, currency: str) -> list[ShippingOption]:
    """What each way costs, and what the order costs with it."""
    return [
        ShippingOption(
            id=way.option,
            name=way.name,
            price=Money(way.amount_minor, currency),
            days=way.days,
            total=Money(price(lines, rates.tax_ppm, way.amount_minor).total_minor, currency),
        )
        for way in rates.shipping
    ]
