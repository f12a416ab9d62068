"""Finishing what was left half-done: attempts nobody knows the outcome of, money that is owed back.

Each row is taken by pushing its next time ahead in a transaction of its own; the gateway is asked with none open. A sweep
may run twice, late, or on several machines at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog
from psycopg.types.json import Jsonb

from kernel import outbox
from kernel.database import WriteConnection
from kernel.errors import ShopError
from kernel.events import PaymentChanged
from kernel.ids import uuid7
from write_side.context import Services
from write_side.orders import attempts, placing, rules, settling, sql
from write_side.payments.gateways.protocol import (
    Charge,
    GatewayError,
    GatewayRefusedError,
    GatewayUncertainError,
    Outcome,
)

log = structlog.get_logger()
LEASE_SECONDS: Final = 30.0
"""Longer than a gateway's time-out: nobody asks the same at once."""

CONFIRM_SECONDS: Final = 900
"""How long a buyer may take to confirm at the bank."""

ACTOR: Final = "sweep"


@dataclass(frozen=True)
class OpenPayment:
    """An attempt that is due to be asked about."""

    order_id: UUID
    order_number: str
    email: str
    attempt: int
    state: str
    gateway: str
    gateway_id: str | None
    source: str
    amount_minor: int
    currency: str
    age_seconds: float


async def resume_payments(services: Services, limit: int = 20) -> int:
    """Ask about attempts that are due and settle what the gateways say; return how many were due."""
    claimed = {"lease_seconds": LEASE_SECONDS, "limit": limit}
    due = await services.database.execute(sql.CLAIM_OPEN_PAYMENTS, claimed)
    for payment in (OpenPayment(*row) for row in due):
        try:
            outcome = await _ask(services, payment)
            await settling.settle(services, payment.order_id, payment.attempt, outcome, ACTOR)
        except (ShopError, GatewayError, KeyError) as error:
            log.warning("an order stays open", order=str(payment.order_id), error=repr(error))
    return len(due)


async def _ask(services: Services, payment: OpenPayment) -> Outcome | None:
    """Where the gateway's id is known it is looked up; else the same charge is sent again, which its key makes one."""
    gateway = services.gateways[payment.gateway]
    patience = CONFIRM_SECONDS if payment.state == "requires_action" else rules.GIVE_UP_SECONDS
    too_old = payment.age_seconds > patience
    try:
        if payment.gateway_id is None:
            return Outcome("", "canceled", failure_code="expired") if too_old else await _again(services, payment)
        return await (gateway.cancel(payment.gateway_id) if too_old else gateway.look_up(payment.gateway_id))
    except GatewayUncertainError as error:
        log.warning("the gateway does not say", order=str(payment.order_id), error=str(error))
        return None


async def _again(services: Services, payment: OpenPayment) -> Outcome | None:
    charge = Charge(
        order_id=payment.order_id,
        order_number=payment.order_number,
        attempt=payment.attempt,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        source=payment.source,
        email=payment.email,
        return_url=placing.return_url(services.origin, services.shop.locales[0]),
    )
    return await placing.ask(services, payment.gateway, charge)


async def give_back(services: Services, limit: int = 20) -> int:
    """Refund what is owed back and due; return how many were. A refund's id is its key at the gateway."""
    due = await services.database.execute(sql.CLAIM_REFUNDS, {"limit": limit})
    for refund_id, amount, order_id, attempt, gateway, gateway_id in due:
        try:
            refunded = await services.gateways[gateway].refund(gateway_id, amount, str(refund_id))
        except (GatewayUncertainError, GatewayRefusedError, KeyError) as error:
            await _note_failure(services, refund_id, repr(error))
            continue
        await _returned(services, refund_id, refunded, order_id, attempt)
    return len(due)


async def _returned(services: Services, refund_id: UUID, gateway_id: str, order_id: UUID, attempt: int) -> None:
    command_id = uuid7()

    async def work(conn: WriteConnection) -> None:
        locked = await attempts.lock(conn, order_id, attempt)
        finished = await conn.execute(sql.FINISH_REFUND, {"refund_id": refund_id, "gateway_id": gateway_id})
        row = await finished.fetchone()
        if row is None:
            return
        await conn.execute(sql.RETURN_MONEY, {"payment_id": locked.payment_id, "amount": row[0]})
        status = rules.payment_status(locked.total_minor, locked.captured_minor, locked.refunded_minor + row[0])
        note = {"order_id": order_id, "kind": "refunded", "actor": ACTOR, "data": Jsonb({"amount": row[0]})}
        await conn.execute(sql.NOTE_PAYMENT, {**note, "payment_status": status})
        event = PaymentChanged(order_id=str(order_id), payment_id=str(locked.payment_id), state=locked.payment_state)
        await outbox.append(conn, [event], command_id)

    await services.database.run(work)


async def _note_failure(services: Services, refund_id: UUID, error: str) -> None:
    log.warning("a refund stays open", refund=str(refund_id), error=error)
    await services.database.execute(sql.FAIL_REFUND, {"refund_id": refund_id, "error": error[:500]})
