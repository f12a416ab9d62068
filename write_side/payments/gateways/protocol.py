"""What orders need of a payment gateway.

Every call that moves money carries a key made of the order and its attempt: asked again with the same key, a gateway
answers what it answered first. No call is made while a transaction is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, Protocol
from uuid import UUID

SOURCE: Final = r"^(tok|pm)_[A-Za-z0-9_]{1,250}$"
"""What a gateway's token of a means of payment looks like: a card number never does."""

State = Literal["requires_action", "processing", "captured", "failed", "canceled"]


class GatewayError(Exception):
    """The gateway did not do what was asked."""


class GatewayUncertainError(GatewayError):
    """No answer, or one that does not say: the money may have moved or not. Ask again with the same key."""


class GatewayRefusedError(GatewayError):
    """The request itself is wrong (bad key, unknown token, amount too large); nothing moved, asking again changes nothing."""


class BadSignatureError(GatewayError):
    """A webhook that the gateway did not sign, or signed too long ago."""


@dataclass(frozen=True)
class Charge:
    """What a gateway is asked to take: one attempt to pay one order. Asked again, every field is the same as before."""

    order_id: UUID
    order_number: str
    attempt: int
    amount_minor: int
    currency: str
    source: str
    """The gateway's token of the means of payment."""
    email: str
    return_url: str
    """Where the bank sends the buyer back to."""

    @property
    def key(self) -> str:
        """The gateway's idempotency key of this attempt."""
        return f"{self.order_id}:{self.attempt}"


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt, as the gateway says."""

    gateway_id: str
    state: State
    captured_minor: int = 0
    failure_code: str | None = None
    redirect_url: str | None = None


@dataclass(frozen=True)
class GatewayEvent:
    """A webhook: what it is about and what is true by it. `outcome` is None where it says nothing of an attempt."""

    id: str
    type: str
    order_id: UUID | None
    attempt: int
    outcome: Outcome | None
    dispute: Literal["opened", "won", "lost"] | None = None
    refunded_minor: int | None = None
    """All that went back of the attempt, by the gateway's count."""
    gateway_id: str | None = None
    """The attempt, as the gateway names it; a dispute names no order."""


class Gateway(Protocol):
    """A payment gateway. Calls raise `GatewayUncertainError`, `GatewayRefusedError`."""

    name: str

    async def charge(self, charge: Charge) -> Outcome:
        """Take the money, or say what stands in the way. A decline is an outcome (`failed`), no error."""

    async def look_up(self, gateway_id: str) -> Outcome:
        """What became of an attempt whose id is known."""

    async def cancel(self, gateway_id: str) -> Outcome:
        """Give an attempt up that has not taken money; the outcome says whether it had after all."""

    async def refund(self, gateway_id: str, amount_minor: int, key: str) -> str:
        """Give money back, once for each key; the refund's id."""

    def read_event(self, body: bytes, signature: str | None) -> GatewayEvent:
        """A webhook's body, if the gateway signed it within five minutes. Raises `BadSignatureError`, `ValueError`."""

    def parse_event(self, body: bytes) -> GatewayEvent:
        """A webhook's body whose signature was good when it came. Raises `ValueError`."""

    async def close(self) -> None:
        """Give the connections back."""
