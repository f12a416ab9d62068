"""What an outcome of a payment does to its order, whoever brings it: the request, the bank's return, a webhook, a sweep.

The first to come decides; whoever comes later finds it decided and gets the same order.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from kernel import outbox
from kernel.consistency import HEADER as CONSISTENCY_TOKEN
from kernel.database import WriteConnection
from kernel.errors import OutOfStock, PaymentDeclined, ShopError
from kernel.events import Event, OrderCanceled, OrderPlaced, PaymentChanged
from kernel.ids import uuid7
from kernel.orders import order_of
from kernel.shapes import Order
from write_side.context import Services
from write_side.idempotency import Answer, finish_order, order_answer, refusal
from write_side.inventory import holds
from write_side.orders import attempts, declines, rules, sql
from write_side.orders.attempts import LockedAttempt
from write_side.orders.declines import LIMITS, Payer
from write_side.orders.rules import Step
from write_side.payments.gateways.protocol import GatewayEvent, Outcome

UNFINISHED: Final = 202
PLACED: Final = 201


class TooEarlyError(Exception):
    """Word of something that follows a fact we do not know yet; it is heard again later."""


async def settle(
    services: Services,
    order_id: UUID,
    attempt: int,
    outcome: Outcome | None,
    actor: str,
    *,
    token: str | None = None,
    address: str | None = None,
) -> Answer:
    """Let an outcome (None: nobody knows it yet) take effect, once; the order's answer, which is the same for all.

    `token` is the buyer's Consistency-Token so far, `address` where they ask from. Raises `NotFound`.

    The units come last: everybody who wants these SKUs waits from there to the end of the transaction. Where they are
    gone, nothing of it was, and the order is settled anew as one that is out of stock.
    """
    command_id = uuid7()
    merged = services.consistency.merge(token, command_id)

    async def work(conn: WriteConnection, short: OutOfStock | None = None) -> Answer:
        locked = await attempts.lock(conn, order_id, attempt)
        step = rules.step(locked.status, locked.payment_state, outcome, locked.amount_minor)
        if step.action == "nothing" and (decided := await order_answer(conn, order_id)):
            return decided
        refused = await _take(conn, command_id, locked, step, outcome, actor, short)
        if isinstance(refused, PaymentDeclined) and step.payment_state == "failed":
            payer = Payer(locked.cart_id, locked.email, address)
            await declines.count(conn, payer, LIMITS[services.shop.limits])
        answer = refusal(refused) if refused else answer_of_order(await read(conn, order_id), merged)
        await finish_order(conn, order_id, answer)
        if step.action == "place" and refused is None:
            await holds.consume(conn, command_id, locked.cart_id, order_id, locked.lines)
        return answer

    try:
        return await services.database.run(work)
    except OutOfStock as error:
        short = error
    return await services.database.run(lambda conn: work(conn, short))


async def apply_event(services: Services, gateway: str, event: GatewayEvent) -> None:
    """Let a gateway's word take effect; one that is about no order of ours changes nothing."""
    actor = f"gateway:{gateway}"
    if event.order_id is None:
        return
    if event.dispute is not None:
        await _dispute(services, event.order_id, event.attempt, event.dispute, actor)
    elif event.outcome is not None:
        await settle(services, event.order_id, event.attempt, event.outcome, actor)


async def _take(
    conn: WriteConnection,
    command_id: UUID,
    locked: LockedAttempt,
    step: Step,
    outcome: Outcome | None,
    actor: str,
    short: OutOfStock | None,
) -> ShopError | None:
    """Carry a step out; the refusal that the buyer is told where there is one, `short` when the units are gone."""
    if step.action == "nothing":
        return None
    refused: ShopError | None = None
    if step.action == "place" and short:
        refused = short
        await _sold_out(conn, command_id, locked, step, outcome, actor)
    elif step.action == "place":
        await _place(conn, command_id, locked, step, outcome, actor)
    elif step.action == "cancel":
        refused = await _decline(conn, command_id, locked, step, outcome, actor)
    elif step.action == "refund":
        await _give_back(conn, command_id, locked, outcome, actor)
    else:
        await _wait(conn, command_id, locked, step, outcome)
    return refused


async def _place(
    conn: WriteConnection, command_id: UUID, locked: LockedAttempt, step: Step, outcome: Outcome | None, actor: str
) -> None:
    """The order is placed and paid; its units are still to be made its own, which may find them gone."""
    placed = OrderPlaced(order_id=str(locked.order_id), total_minor=locked.total_minor, currency=locked.currency)
    parameters = {
        "order_id": locked.order_id,
        "cart_id": locked.cart_id,
        "actor": actor,
        "payment_status": rules.payment_status(locked.total_minor, locked.amount_minor, 0),
        **_payment(locked, step, outcome),
        **outbox.parameters([placed], command_id),
    }
    await conn.execute(sql.PLACE_ORDER, parameters)


async def _sold_out(
    conn: WriteConnection, command_id: UUID, locked: LockedAttempt, step: Step, outcome: Outcome | None, actor: str
) -> None:
    """The units are gone: the order is canceled, and the money goes back."""
    await _store(conn, locked, step, outcome)
    await _owe_back(conn, locked, locked.amount_minor, "out_of_stock")
    await _cancel(conn, command_id, locked, "out_of_stock", "paid", actor)


async def _decline(
    conn: WriteConnection,
    command_id: UUID,
    locked: LockedAttempt,
    step: Step,
    outcome: Outcome | None,
    actor: str,
) -> ShopError:
    await _store(conn, locked, step, outcome)
    why = "payment_failed" if step.payment_state == "failed" else "expired"
    await _cancel(conn, command_id, locked, why, "none", actor)
    reason = outcome.failure_code if outcome and outcome.failure_code else step.payment_state
    return PaymentDeclined(reason=reason, order_id=str(locked.order_id))


async def _cancel(
    conn: WriteConnection, command_id: UUID, locked: LockedAttempt, reason: str, payment_status: str, actor: str
) -> None:
    parameters = {
        "order_id": locked.order_id,
        "cart_id": locked.cart_id,
        "actor": actor,
        "reason": reason,
        "payment_status": payment_status,
    }
    await conn.execute(sql.CANCEL_ORDER, parameters)
    await outbox.append(conn, [OrderCanceled(order_id=str(locked.order_id), reason=reason)], command_id)


async def _give_back(
    conn: WriteConnection, command_id: UUID, locked: LockedAttempt, outcome: Outcome | None, actor: str
) -> None:
    """Money came that the order cannot be placed with: it is recorded, and owed back at once."""
    assert outcome is not None
    await _store(conn, locked, Step("refund", "captured"), outcome)
    await _owe_back(conn, locked, outcome.captured_minor, "late" if locked.status == "canceled" else "wrong_amount")
    if locked.status == "pending":
        await _cancel(conn, command_id, locked, "payment_failed", "partially_paid", actor)
    else:
        status = rules.payment_status(locked.total_minor, outcome.captured_minor, 0)
        await _note(conn, command_id, locked, "captured", "payment_late", status, actor)


async def _wait(
    conn: WriteConnection, command_id: UUID, locked: LockedAttempt, step: Step, outcome: Outcome | None
) -> None:
    await _store(conn, locked, step, outcome)
    if step.payment_state != locked.payment_state:
        await outbox.append(conn, [_changed(locked, step.payment_state)], command_id)


async def _store(conn: WriteConnection, locked: LockedAttempt, step: Step, outcome: Outcome | None) -> None:
    await conn.execute(sql.STORE_PAYMENT, _payment(locked, step, outcome))


def _payment(locked: LockedAttempt, step: Step, outcome: Outcome | None) -> dict[str, Any]:
    """The columns of the payment after a step."""
    return {
        "payment_id": locked.payment_id,
        "state": step.payment_state,
        "gateway_id": (outcome.gateway_id or None) if outcome else None,
        "captured": min(outcome.captured_minor, locked.amount_minor) if outcome else locked.captured_minor,
        "refunded": locked.refunded_minor,
        "failure_code": outcome.failure_code if outcome else None,
        "redirect_url": outcome.redirect_url if outcome else None,
        "asked": 1,
        "ask_seconds": rules.ask_again_seconds(locked.asked),
    }


async def _owe_back(conn: WriteConnection, locked: LockedAttempt, amount_minor: int, reason: str) -> None:
    await conn.execute(sql.INSERT_REFUND, {"payment_id": locked.payment_id, "amount": amount_minor, "reason": reason})


async def _note(
    conn: WriteConnection,
    command_id: UUID,
    locked: LockedAttempt,
    state: str,
    kind: str,
    payment_status: str,
    actor: str,
) -> None:
    parameters = {
        "order_id": locked.order_id,
        "kind": kind,
        "actor": actor,
        "data": Jsonb({}),
        "payment_status": payment_status,
    }
    await conn.execute(sql.NOTE_PAYMENT, parameters)
    await outbox.append(conn, [_changed(locked, state)], command_id)


def _changed(locked: LockedAttempt, state: str) -> Event:
    return PaymentChanged(order_id=str(locked.order_id), payment_id=str(locked.payment_id), state=state)


async def _dispute(services: Services, order_id: UUID, attempt: int, word: str, actor: str) -> None:
    command_id = uuid7()

    async def work(conn: WriteConnection) -> None:
        locked = await attempts.lock(conn, order_id, attempt)
        state = rules.DISPUTES.get((locked.payment_state, word))
        if state is None and locked.payment_state in rules.LIVE:
            raise TooEarlyError(f"a dispute of a payment that is {locked.payment_state}")
        if state is None:
            return
        await _store(conn, locked, Step("nothing", state), None)
        status = rules.payment_status(
            locked.total_minor, locked.captured_minor, locked.refunded_minor, disputed=state == "disputed"
        )
        await _note(conn, command_id, locked, state, f"dispute_{word}", status, actor)

    await services.database.run(work)


async def read(conn: WriteConnection, order_id: UUID) -> Order:
    """An order as it stands in this transaction."""
    row = await (await conn.execute(sql.SELECT_ORDER, {"order_id": order_id})).fetchone()
    assert row is not None
    return order_of(row)


def answer_of_order(order: Order, token: str) -> Answer:
    """An order over HTTP: 201 when it is placed or waits for its buyer, 202 while nobody knows whether it is paid."""
    waits = order.status == "pending" and order.payment is not None and order.payment.state != "requires_action"
    headers = {
        "content-type": "application/json",
        "location": f"/api/v1/orders/{order.id}",
        CONSISTENCY_TOKEN: token,
    }
    return Answer(UNFINISHED if waits else PLACED, msgspec.json.encode(order), headers)
