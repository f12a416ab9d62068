"""The gateway's objects: rows of the ledger, and what Stripe's API shows of them."""

from __future__ import annotations

import secrets
import time
from typing import Any

import msgspec
from msgspec import Struct


def new_id(prefix: str) -> str:
    """An id nobody can guess."""
    return f"{prefix}_{secrets.token_hex(12)}"


def now() -> int:
    """Unix seconds, as Stripe dates."""
    return int(time.time())


class Intent(Struct, frozen=True):
    """One attempt to take money; fields in the order of its SELECT."""

    id: str
    created: int
    amount: int
    currency: str
    status: str
    captured: int
    refunded: int
    failure_code: str | None
    decline_code: str | None
    token: str
    secret: str
    email: str | None
    return_url: str
    metadata: str

    @property
    def client_secret(self) -> str:
        """What the buyer's browser shows."""
        return f"{self.id}_secret_{self.secret}"

    @property
    def charge_id(self) -> str:
        """The charge of the intent."""
        return "ch_" + self.id.removeprefix("pi_")

    def failure(self) -> dict[str, Any] | None:
        """Why the last try failed, as a card error."""
        if self.failure_code is None:
            return None
        message = "Your card was declined." if self.decline_code else "The bank could not confirm that it was you."
        error = {"type": "card_error", "code": self.failure_code, "message": message}
        return {**error, "decline_code": self.decline_code} if self.decline_code else error

    def shown(self, origin: str) -> dict[str, Any]:
        """The PaymentIntent; `origin` is the gateway's own address."""
        open_to = self.status == "requires_payment_method"
        return {
            "id": self.id,
            "object": "payment_intent",
            "amount": self.amount,
            "amount_capturable": 0,
            "amount_received": self.captured,
            "capture_method": "automatic",
            "client_secret": self.client_secret,
            "confirmation_method": "automatic",
            "created": self.created,
            "currency": self.currency,
            "last_payment_error": self.failure() if open_to else None,
            "latest_charge": self.charge_id if self.captured else None,
            "livemode": False,
            "metadata": self.shown_metadata(),
            "next_action": self._next_action(origin) if self.status == "requires_action" else None,
            "payment_method": None if open_to else "pm_" + self.id.removeprefix("pi_"),
            "payment_method_types": ["card"],
            "receipt_email": self.email,
            "status": self.status,
        }

    def shown_charge(self) -> dict[str, Any]:
        """The Charge of a captured intent."""
        return {
            "id": self.charge_id,
            "object": "charge",
            "amount": self.amount,
            "amount_captured": self.captured,
            "amount_refunded": self.refunded,
            "captured": True,
            "created": self.created,
            "currency": self.currency,
            "livemode": False,
            "metadata": self.shown_metadata(),
            "payment_intent": self.id,
            "refunded": self.refunded == self.captured,
            "status": "succeeded",
        }

    def shown_metadata(self) -> msgspec.Raw:
        """The metadata as it was sent."""
        return msgspec.Raw(self.metadata.encode())

    def _next_action(self, origin: str) -> dict[str, Any]:
        url = f"{origin}/3ds/{self.id}?secret={self.secret}"
        return {"type": "redirect_to_url", "redirect_to_url": {"url": url, "return_url": self.return_url}}


class Refund(Struct, frozen=True):
    """Money that went back; fields in the order of its SELECT."""

    id: str
    created: int
    intent: str
    amount: int

    def shown(self, currency: str) -> dict[str, Any]:
        """The Refund; here it always succeeds at once."""
        return {
            "id": self.id,
            "object": "refund",
            "amount": self.amount,
            "charge": "ch_" + self.intent.removeprefix("pi_"),
            "created": self.created,
            "currency": currency,
            "payment_intent": self.intent,
            "status": "succeeded",
        }


class Dispute(Struct, frozen=True):
    """A charge that the buyer's bank wants back; fields in the order of its SELECT."""

    id: str
    created: int
    intent: str
    amount: int
    status: str

    def shown(self, currency: str) -> dict[str, Any]:
        """The Dispute."""
        return {
            "id": self.id,
            "object": "dispute",
            "amount": self.amount,
            "charge": "ch_" + self.intent.removeprefix("pi_"),
            "created": self.created,
            "currency": currency,
            "livemode": False,
            "payment_intent": self.intent,
            "reason": "fraudulent",
            "status": self.status,
        }
