"""What comes after a charge: refunds, disputes, and the second acts of scripts."""

from __future__ import annotations

import sqlite3

from ops.sandbox.gateway import events, intents, sql
from ops.sandbox.gateway.answers import Answer, answer
from ops.sandbox.gateway.errors import invalid, missing
from ops.sandbox.gateway.objects import Dispute, Refund, new_id, now
from ops.sandbox.gateway.params import AnswerDispute, CreateRefund
from ops.sandbox.gateway.tokens import SCRIPTS


def refund(conn: sqlite3.Connection, wanted: CreateRefund) -> Answer:
    """Give money back, never more than was taken. Raises `Refusal`."""
    intent = intents.find(conn, wanted.payment_intent)
    left = intent.captured - intent.refunded
    amount = left if wanted.amount is None else wanted.amount
    if not intent.captured:
        raise invalid("This PaymentIntent does not have a successful charge to refund.", param="payment_intent")
    if not left:
        raise invalid(f"Charge {intent.charge_id} has already been refunded.", code="charge_already_refunded")
    if amount > left:
        raise invalid(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount")
    given = Refund(new_id("re"), now(), intent.id, amount)
    row = {"id": given.id, "created": given.created, "intent": intent.id, "amount": amount}
    conn.execute(sql.INSERT_REFUND, row)
    conn.execute(sql.COUNT_REFUND, row)
    events.append(conn, "charge.refunded", intents.find(conn, intent.id).shown_charge())
    return answer(given.shown(intent.currency))


def answer_dispute(conn: sqlite3.Connection, dispute_id: str, wanted: AnswerDispute) -> Answer:
    """Decide a dispute by the evidence. Raises `Refusal`."""
    row = conn.execute(sql.SELECT_DISPUTE, (dispute_id,)).fetchone()
    if row is None:
        raise missing("dispute", dispute_id, "dispute")
    if Dispute(*row).status != "needs_response":
        raise invalid("This dispute is already closed.")
    won = wanted.evidence.uncategorized_text == "winning_evidence"
    conn.execute(sql.CLOSE_DISPUTE, ("won" if won else "lost", dispute_id))
    return answer(_announce_dispute(conn, dispute_id, "charge.dispute.closed"))


def second_act(intent_id: str, token: str, origin: str, conn: sqlite3.Connection) -> None:
    """What a script holds for later; once."""
    if SCRIPTS[token].later == "capture":
        intents.capture(conn, intent_id, origin)
        return
    conn.execute(sql.DONE_LATER, (intent_id,))
    dispute_id = new_id("dp")
    row = {"id": dispute_id, "created": now(), "intent": intent_id, "amount": intents.find(conn, intent_id).captured}
    conn.execute(sql.INSERT_DISPUTE, row)
    _announce_dispute(conn, dispute_id, "charge.dispute.created")


def _announce_dispute(conn: sqlite3.Connection, dispute_id: str, type_: str) -> dict[str, object]:
    dispute = Dispute(*conn.execute(sql.SELECT_DISPUTE, (dispute_id,)).fetchone())
    shown = dispute.shown(intents.find(conn, dispute.intent).currency)
    events.append(conn, type_, shown)
    return shown
