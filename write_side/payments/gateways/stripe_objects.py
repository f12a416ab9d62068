"""What is read of Stripe's objects; everything else in them is ignored."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from write_side.payments.gateways.protocol import GatewayEvent, GatewayUncertainError, Outcome, State

T = TypeVar("T")

STATES: Final[dict[str, State]] = {
    "succeeded": "captured",
    "requires_action": "requires_action",
    "processing": "processing",
    "requires_payment_method": "failed",
    "canceled": "canceled",
}
"""States of a PaymentIntent that is made and confirmed in one call and captured at once."""

DISPUTES: Final[dict[str, Literal["won", "lost"]]] = {"won": "won", "warning_closed": "won", "lost": "lost"}
CODE_LENGTH_MAX: Final = 100


class Redirect(Struct):
    """Where the buyer's bank asks."""

    url: str


class NextAction(Struct):
    """What the buyer has to do."""

    redirect_to_url: Redirect | None = None


class PaymentError(Struct):
    """Why a try failed."""

    code: str | None = None
    decline_code: str | None = None


class Intent(Struct):
    """A PaymentIntent: one attempt."""

    id: str
    status: str
    amount_received: int = 0
    metadata: dict[str, str] = {}
    last_payment_error: PaymentError | None = None
    next_action: NextAction | None = None


class Charge(Struct):
    """The charge of an intent, of which something went back."""

    payment_intent: str | None
    amount_captured: int
    amount_refunded: int
    metadata: dict[str, str] = {}


class Dispute(Struct):
    """A charge that a bank wants back."""

    payment_intent: str | None
    status: str


class Refund(Struct):
    """Money on its way back."""

    id: str
    status: str | None


class EventData(Struct):
    """What an event is about; its type says what that is."""

    object: msgspec.Raw


class Event(Struct):
    """A webhook."""

    id: Annotated[str, Meta(min_length=1, max_length=255)]
    type: Annotated[str, Meta(min_length=1, max_length=100)]
    data: EventData


def read(body: bytes | str | msgspec.Raw, wanted: type[T]) -> T:
    """An object out of its JSON. Raises `ValueError`."""
    try:
        return msgspec.json.decode(body, type=wanted)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ValueError(f"no {wanted.__name__} of Stripe's: {error}") from error


def outcome_of(intent: Intent) -> Outcome:
    """What became of an attempt. Raises `GatewayUncertainError` for a state that is not foreseen."""
    state = STATES.get(intent.status)
    if state is None:
        raise GatewayUncertainError(f"{intent.id} is {intent.status}")
    failure = intent.last_payment_error
    code = (failure.decline_code or failure.code) if failure and state == "failed" else None
    redirect = intent.next_action.redirect_to_url if intent.next_action and state == "requires_action" else None
    return Outcome(
        gateway_id=intent.id,
        state=state,
        captured_minor=intent.amount_received,
        failure_code=code[:CODE_LENGTH_MAX] if code else None,
        redirect_url=redirect.url if redirect else None,
    )


def event_of(body: bytes) -> GatewayEvent:
    """What a webhook says of an attempt, if anything. Raises `ValueError`."""
    event = read(body, Event)
    match event.type.split("."):
        case ["payment_intent", "succeeded" | "payment_failed" | "canceled" | "requires_action"]:
            return _of_intent(event, read(event.data.object, Intent))
        case ["charge", "refunded"]:
            return _of_charge(event, read(event.data.object, Charge))
        case ["charge", "dispute", "created" | "closed"]:
            return _of_dispute(event, read(event.data.object, Dispute))
    return GatewayEvent(event.id, event.type, None, 0, None)


def _of_intent(event: Event, intent: Intent) -> GatewayEvent:
    return GatewayEvent(event.id, event.type, *_order_of(intent.metadata), outcome_of(intent), gateway_id=intent.id)


def _of_charge(event: Event, charge: Charge) -> GatewayEvent:
    outcome = Outcome(charge.payment_intent, "captured", charge.amount_captured) if charge.payment_intent else None
    return GatewayEvent(
        event.id,
        event.type,
        *_order_of(charge.metadata),
        outcome,
        refunded_minor=charge.amount_refunded,
        gateway_id=charge.payment_intent,
    )


def _of_dispute(event: Event, dispute: Dispute) -> GatewayEvent:
    said = DISPUTES.get(dispute.status) if event.type.endswith("closed") else "opened"
    return GatewayEvent(event.id, event.type, None, 0, None, dispute=said, gateway_id=dispute.payment_intent)


def _order_of(metadata: dict[str, Any]) -> tuple[UUID | None, int]:
    """Order and attempt; whatever else shares the account's webhooks has none."""
    try:
        return UUID(metadata["order_id"]), int(metadata["attempt"])
    except (KeyError, ValueError):
        return None, 0
