"""One order as both sides answer with it: the write side when it is placed, the read side whenever it is asked for.

`ORDER` (kernel/orders_sql.py) selects rows that `order_of` turns into the shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from kernel.shapes import Address, Money, Order, OrderLine, OrderPayment, TimelineEntry


def order_of(row: Sequence[Any]) -> Order:
    """The order of a row of `ORDER`. Pure."""
    (order_id, number, status, payment_status, fulfilment_status, cancel_reason, currency) = row[:7]
    subtotal, discount, shipping, tax, total = (Money(amount, currency) for amount in row[7:12])
    email, option, shipping_address, billing_address, created_at, placed_at, lines, timeline, payment = row[12:]
    return Order(
        id=order_id,
        number=number,
        status=status,
        payment_status=payment_status,
        fulfilment_status=fulfilment_status,
        lines=[_line(line, currency) for line in lines],
        subtotal=subtotal,
        discount=discount,
        shipping=shipping,
        tax=tax,
        total=total,
        email=email,
        shipping_address=msgspec.convert(shipping_address, Address),
        billing_address=msgspec.convert(billing_address, Address),
        shipping_option=option,
        payment=_payment(payment) if payment else None,
        created_at=created_at,
        placed_at=placed_at,
        cancel_reason=cancel_reason,
        timeline=[TimelineEntry(*entry) for entry in timeline or ()],
    )


def _line(line: Sequence[Any], currency: str) -> OrderLine:
    sku, product_id, title, quantity, unit, total, tax = line
    return OrderLine(
        sku, product_id, title, quantity, Money(unit, currency), Money(total, currency), Money(tax, currency)
    )


def _payment(payment: Sequence[Any]) -> OrderPayment:
    """Where the bank asks the buyer to confirm is told only while it does."""
    state, redirect_url = payment
    return OrderPayment(state, redirect_url if state == "requires_action" else None)
