"""Placing an order, in three phases: prepare it in one transaction, ask the gateway with none open, settle it in another.

Between the phases stands a pending order whose Idempotency-Key has no answer: whatever ends this process, the order is
finished by the gateway's webhook or by a sweep, and the key gets its answer then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
import structlog

from kernel import outbox
from kernel.database import WriteConnection
from kernel.errors import Forbidden, IllegalTransition, OrderPending, PriceChanged, ValidationFailed
from kernel.events import OrderCreated
from kernel.ids import uuid7
from kernel.shapes import Money
from kernel.shopper import Shopper
from write_side.carts import cart as carts
from write_side.carts.cart import CartRow
from write_side.checkout.commands import PlaceOrder
from write_side.context import Command, Services
from write_side.idempotency import Answer, Key, once, store
from write_side.inventory import holds
from write_side.inventory.holds import Wanted
from write_side.orders import declines, settling, sql
from write_side.orders.declines import LIMITS, Payer
from write_side.payments.gateways.protocol import Charge, GatewayRefusedError, GatewayUncertainError, Outcome
from write_side.pricing.tables import rates_of
from write_side.pricing.totals import Totals, price

log = structlog.get_logger()
FIRST_ATTEMPT: Final = 1

JUST_HELD: Final = timedelta(minutes=1)
"""Units held by a checkout so short a time ago are not held anew."""


@dataclass(frozen=True)
class Asking:
    """Who asks for an order, under which key, with which Consistency-Token; `origin` is the shop's own address."""

    command: Command
    shopper: Shopper
    key: Key
    token: str
    origin: str


@dataclass(frozen=True)
class Prepared:
    """A pending order that waits for its gateway."""

    charge: Charge
    gateway: str


async def place_order(services: Services, asking: Asking, wanted: PlaceOrder) -> Answer:
    """Place an order, once for its key. The answer is a refusal too: 402 declined, 409 out of stock or price changed.

    Raises errors that are not kept under the key: `ValidationFailed`, `NotFound`, `RateLimited`, `IdempotencyKeyInUse`.
    """
    begun = await once(services.database, asking.key, lambda conn: _prepare(conn, services, asking, wanted))
    if isinstance(begun, Answer):
        return begun
    outcome = await ask(services, begun.gateway, begun.charge)
    return await settling.settle(
        services,
        begun.charge.order_id,
        begun.charge.attempt,
        outcome,
        actor_of(asking.shopper),
        token=asking.token,
        address=asking.command.address,
    )


async def ask(services: Services, gateway: str, charge: Charge) -> Outcome | None:
    """What a gateway makes of a charge; None when it does not say."""
    try:
        return await services.gateways[gateway].charge(charge)
    except GatewayUncertainError as error:
        log.warning("the gateway does not say", order=str(charge.order_id), error=str(error))
        return None
    except GatewayRefusedError as error:
        log.warning("the gateway refuses", order=str(charge.order_id), error=str(error))
        return Outcome("", "failed", failure_code="refused")


def actor_of(shopper: Shopper) -> str:
    """Who is named in an order's timeline."""
    return f"customer:{shopper.customer_id}" if shopper.customer_id else "guest"


async def _prepare(conn: WriteConnection, services: Services, asking: Asking, wanted: PlaceOrder) -> Answer | Prepared:
    cart = await carts.lock(conn, asking.shopper, wanted.cart_id)
    if cart.status != "checking_out":
        return await _already(conn, cart, asking)
    source = _source(services, wanted)
    payer = Payer(cart.id, wanted.email, asking.command.address)
    await declines.check(conn, payer, LIMITS[services.shop.limits])
    totals = await _agreed(conn, cart, wanted)
    order_id = uuid7()
    number, until = await _insert(conn, services, asking, wanted, cart, totals, order_id)
    units = [Wanted(line.sku, line.quantity) for line in totals.lines]
    await holds.hold(conn, asking.command.id, cart.id, units, until, until - JUST_HELD)
    charge = Charge(
        order_id=order_id,
        order_number=number,
        attempt=FIRST_ATTEMPT,
        amount_minor=totals.total_minor,
        currency=cart.currency,
        source=source,
        email=wanted.email,
        return_url=return_url(asking.origin, services.shop.locales[0]),
    )
    return Prepared(charge, wanted.payment.gateway)


def return_url(origin: str, locale: str) -> str:
    """Where a bank sends the buyer back to."""
    return f"{origin}/{locale}/checkout/return"


async def _already(conn: WriteConnection, cart: CartRow, asking: Asking) -> Answer:
    """A cart that is being ordered or was: the second who asks gets the order, never a second one."""
    row = await (await conn.execute(sql.SELECT_ORDER_OF_CART, {"cart_id": cart.id})).fetchone()
    if row is None:
        raise IllegalTransition(f"the cart is {cart.status}; start its checkout first", status=cart.status)
    if row[1] == "pending":
        raise OrderPending(order_id=str(row[0]))
    answer = settling.answer_of_order(await settling.read(conn, row[0]), asking.token)
    answer = Answer(200, answer.body, answer.headers)
    await store(conn, asking.key, answer)
    return answer


def _source(services: Services, wanted: PlaceOrder) -> str:
    """The token of the means of payment. Raises `ValidationFailed`, `Forbidden` for invoices nobody approved."""
    if wanted.payment.gateway == "invoice":
        raise Forbidden("this customer may not pay by invoice")
    if wanted.payment.gateway not in services.gateways:
        raise ValidationFailed.of("payment.gateway", f"this shop takes {', '.join(services.gateways)}")
    if wanted.payment.token is None:
        raise ValidationFailed.of("payment.token", "is missing")
    return wanted.payment.token


async def _agreed(conn: WriteConnection, cart: CartRow, wanted: PlaceOrder) -> Totals:
    """The cart at the prices of now. Raises `PriceChanged` where they are not what the buyer saw."""
    lines, _ = await carts.current_lines(conn, cart)
    if not lines:
        raise IllegalTransition("the cart is empty", status=cart.status)
    rates = await rates_of(conn, wanted.shipping_address, cart.currency)
    way = next((way for way in rates.shipping if way.option == wanted.shipping_option), None)
    if way is None:
        raise ValidationFailed.of("shipping_option", f"is one of {', '.join(way.option for way in rates.shipping)}")
    totals = price(lines, rates.tax_ppm, way.amount_minor)
    expected = wanted.expected_total
    if (expected.amount, expected.currency) != (totals.total_minor, cart.currency):
        total = Money(totals.total_minor, cart.currency)
        raise PriceChanged(expected_total=Money(expected.amount, expected.currency), total=total)
    if totals.total_minor == 0:
        raise IllegalTransition("there is nothing to pay", status=cart.status)
    return totals


async def _insert(
    conn: WriteConnection,
    services: Services,
    asking: Asking,
    wanted: PlaceOrder,
    cart: CartRow,
    totals: Totals,
    order_id: UUID,
) -> tuple[str, datetime]:
    """The order's number, and until when its units are held."""
    address = msgspec.json.encode(wanted.shipping_address).decode()
    billing = msgspec.json.encode(wanted.billing_address).decode() if wanted.billing_address else address
    created = OrderCreated(
        order_id=str(order_id), cart_id=str(cart.id), total_minor=totals.total_minor, currency=cart.currency
    )
    parameters: dict[str, Any] = {
        "order_id": order_id,
        "cart_id": cart.id,
        "customer_id": asking.shopper.customer_id or cart.customer_id,
        "email": wanted.email,
        "currency": cart.currency,
        "subtotal": totals.subtotal_minor,
        "discount": totals.discount_minor,
        "shipping": totals.shipping_minor,
        "tax": totals.tax_minor,
        "total": totals.total_minor,
        "shipping_option": wanted.shipping_option,
        "shipping_tax": totals.shipping_tax_minor,
        "tax_rate_ppm": totals.tax_rate_ppm,
        "shipping_address": address,
        "billing_address": billing,
        "gateway": wanted.payment.gateway,
        "source": wanted.payment.token,
        "actor": actor_of(asking.shopper),
        "resume_seconds": services.payment.order_resume_seconds,
        "hold_seconds": services.payment.checkout_hold_seconds,
        "lines": carts.priced(totals),
        **asking.key.parameters(),
        **outbox.parameters([created], asking.command.id),
    }
    row = await (await conn.execute(sql.INSERT_ORDER, parameters)).fetchone()
    assert row is not None
    return row[0], row[1]
