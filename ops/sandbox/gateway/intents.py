"""Charges: made and confirmed in one call, captured, canceled, confirmed by the buyer's bank."""

from __future__ import annotations

import secrets
import sqlite3
import time

import msgspec

from ops.sandbox.gateway import events, sql
from ops.sandbox.gateway.answers import Answer, answer
from ops.sandbox.gateway.errors import Refusal, invalid, missing
from ops.sandbox.gateway.objects import Intent, new_id, now
from ops.sandbox.gateway.params import CreateIntent
from ops.sandbox.gateway.tokens import LATE_WEBHOOK_SECONDS, LATER_SECONDS, SCRIPTS, Script

CANCELABLE = ("requires_payment_method", "requires_action")
EVENT_OF = {
    "succeeded": "payment_intent.succeeded",
    "requires_action": "payment_intent.requires_action",
    "requires_payment_method": "payment_intent.payment_failed",
    "canceled": "payment_intent.canceled",
}


def find(conn: sqlite3.Connection, intent_id: str) -> Intent:
    """One intent. Raises `Refusal`."""
    row = conn.execute(sql.SELECT_INTENT, (intent_id,)).fetchone()
    if row is None:
        raise missing("payment_intent", intent_id, "intent")
    return Intent(*row)


def create(conn: sqlite3.Connection, wanted: CreateIntent, origin: str) -> Answer:
    """Carry out the script of the token. Raises `Refusal` for an unknown one."""
    if not wanted.confirm:
        raise invalid("This gateway makes and confirms a PaymentIntent in one call", param="confirm")
    token, param = wanted.source
    script = SCRIPTS.get(token)
    if script is None:
        raise missing("token" if param != "payment_method" else "PaymentMethod", token, param, status=400)
    intent_id = _insert(conn, wanted, token, script)
    intent = _announce(conn, intent_id, origin, LATE_WEBHOOK_SECONDS if script.silent else events.DELAY_SECONDS)
    if script.decline_code:
        return declined(intent, origin)
    return answer(intent.shown(origin), silent=script.silent)


def _insert(conn: sqlite3.Connection, wanted: CreateIntent, token: str, script: Script) -> str:
    intent_id = new_id("pi")
    row = {
        "id": intent_id,
        "created": now(),
        "amount": wanted.amount,
        "currency": wanted.currency,
        "status": script.status,
        "captured": wanted.amount if script.status == "succeeded" else 0,
        "failure_code": "card_declined" if script.decline_code else None,
        "decline_code": script.decline_code,
        "token": token,
        "secret": secrets.token_urlsafe(24),
        "email": wanted.receipt_email,
        "return_url": wanted.return_url,
        "metadata": msgspec.json.encode(wanted.metadata).decode(),
        "due_at": time.time() + LATER_SECONDS if script.later else None,
    }
    conn.execute(sql.INSERT_INTENT, row)
    return intent_id


def declined(intent: Intent, origin: str) -> Answer:
    """A card error, with the intent that another means of payment could still save."""
    error = {**(intent.failure() or {}), "charge": intent.charge_id, "payment_intent": intent.shown(origin)}
    return answer({"error": error}, 402)


def cancel(conn: sqlite3.Connection, intent_id: str, origin: str) -> Answer:
    """Give up what has not taken money. Raises `Refusal`."""
    intent = find(conn, intent_id)
    if intent.status not in CANCELABLE:
        raise _unexpected_state(intent, origin)
    conn.execute(sql.CANCEL, (intent_id,))
    return answer(_announce(conn, intent_id, origin).shown(origin))


def capture(conn: sqlite3.Connection, intent_id: str, origin: str) -> None:
    """Take the money, whatever was said before."""
    conn.execute(sql.CAPTURE, (intent_id,))
    _announce(conn, intent_id, origin)


def confirm(conn: sqlite3.Connection, intent_id: str, approved: bool, origin: str) -> Intent:
    """The buyer's word at the bank; what is decided stays as it is. Raises `Refusal`."""
    if find(conn, intent_id).status == "requires_action":
        if approved:
            capture(conn, intent_id, origin)
        else:
            conn.execute(sql.FAIL, ("payment_intent_authentication_failure", intent_id))
            _announce(conn, intent_id, origin)
    return find(conn, intent_id)


def _announce(
    conn: sqlite3.Connection, intent_id: str, origin: str, delay_seconds: float = events.DELAY_SECONDS
) -> Intent:
    intent = find(conn, intent_id)
    events.append(conn, EVENT_OF[intent.status], intent.shown(origin), delay_seconds=delay_seconds)
    return intent


def _unexpected_state(intent: Intent, origin: str) -> Refusal:
    return invalid(
        f"You cannot cancel this PaymentIntent because it has a status of {intent.status}.",
        code="payment_intent_unexpected_state",
        payment_intent=intent.shown(origin),
    )
