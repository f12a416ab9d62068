"""Rules of orders, without I/O: what an outcome of a payment does to an order.

Axes and transitions are those of docs/glossary.md; whatever is not listed changes nothing. A fact about money is always
taken in: money that arrives for an order that came to nothing goes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from write_side.payments.gateways.protocol import Outcome

LIVE: Final = frozenset({"created", "requires_action", "processing", "unknown", "authorized"})
"""States of an attempt that may still take money."""

ENDED: Final = frozenset({"failed", "canceled", "voided", "expired"})
"""States of an attempt that was thought over; late money is still possible."""

Action = Literal["place", "cancel", "refund", "wait", "nothing"]


@dataclass(frozen=True)
class Step:
    """What to do with an order, and the state its payment is in by it."""

    action: Action
    payment_state: str


def step(order_status: str, payment_state: str, outcome: Outcome | None, amount_minor: int) -> Step:
    """What an outcome means. None is an outcome that nobody knows yet.

    Money is only taken as payment of the order when it is all of it; anything else that was taken goes back.
    """
    if outcome is None:
        return Step("wait", "unknown") if payment_state in LIVE else Step("nothing", payment_state)
    if outcome.state == "captured":
        return _captured(order_status, payment_state, outcome, amount_minor)
    if payment_state not in LIVE:
        return Step("nothing", payment_state)
    if outcome.state in {"requires_action", "processing"}:
        return Step("wait", outcome.state)
    return Step("cancel" if order_status == "pending" else "nothing", outcome.state)


def _captured(order_status: str, payment_state: str, outcome: Outcome, amount_minor: int) -> Step:
    if payment_state not in LIVE | ENDED:
        return Step("nothing", payment_state)
    if order_status == "pending" and payment_state in LIVE and outcome.captured_minor == amount_minor:
        return Step("place", "captured")
    return Step("refund", "captured")


def payment_status(amount_minor: int, captured_minor: int, refunded_minor: int, *, disputed: bool = False) -> str:
    """The stored roll-up of an order's payments: `amount_minor` is the order's total. Open disputes stand above all."""
    kept = captured_minor - refunded_minor
    if disputed:
        return "disputed"
    if captured_minor == 0:
        return "none"
    if kept == 0:
        return "refunded"
    if refunded_minor:
        return "partially_refunded"
    if kept == amount_minor:
        return "paid"
    return "overcharged" if kept > amount_minor else "partially_paid"


DISPUTES: Final = {
    ("captured", "opened"): "disputed",
    ("disputed", "won"): "captured",
    ("disputed", "lost"): "charged_back",
}
"""What a dispute makes of a payment."""

ASK_SECONDS: Final = (2, 3, 5, 10, 20, 60, 120, 300)
"""Pauses between questions about an attempt nobody knows the outcome of; the last repeats."""

GIVE_UP_SECONDS: Final = 3600
"""An attempt that did not end by then is given up; late money goes back."""


def ask_again_seconds(asked: int) -> int:
    """How long to wait after the question number `asked`, counted from 0."""
    return ASK_SECONDS[min(asked, len(ASK_SECONDS) - 1)]
