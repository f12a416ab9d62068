"""Stripe, through its SDK. The sandbox speaks the same API, so that one adapter serves both gateway names.

The SDK makes the requests, tells errors apart and checks signatures; answers are decoded here into the few fields that
are read, at half the cost of its own objects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import aiohttp
import msgspec
import stripe

from write_side.payments.gateways.protocol import (
    BadSignatureError,
    Charge,
    GatewayEvent,
    GatewayRefusedError,
    GatewayUncertainError,
    Outcome,
)
from write_side.payments.gateways.stripe_objects import Intent, Refund, event_of, outcome_of, read

stripe.enable_telemetry = False
"""Timings of earlier calls and a description of this machine are nobody's business, and cost a tenth of each call."""

SIGNATURE_SECONDS: Final = 300
REFUSALS: Final = (
    stripe.InvalidRequestError,
    stripe.IdempotencyError,
    stripe.AuthenticationError,
    stripe.PermissionError,
    stripe.CardError,
)
"""Stripe read the request and did nothing. All else (5xx, 409, 429, an answer that is none of its own) says nothing."""


class StripeGateway:
    """One account at Stripe, or the sandbox at `url`."""

    def __init__(
        self, name: str, key: str, webhook_secrets: Sequence[str], timeout_seconds: float, *, url: str | None = None
    ) -> None:
        self.name = name
        self._webhook_secrets = webhook_secrets
        self._http = stripe.AIOHTTPClient(timeout=aiohttp.ClientTimeout(total=timeout_seconds))
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": url} if url else None,
            max_network_retries=0,  # the order decides when to ask again
            http_client=self._http,
        )

    async def charge(self, charge: Charge) -> Outcome:
        """Make and confirm a PaymentIntent, captured at once."""
        with _told_apart():
            try:
                answer = await self._call("post", "/v1/payment_intents", charge.key, _charge_params(charge))
            except stripe.CardError as declined:
                return outcome_of(_declined_intent(declined))
            return outcome_of(read(answer, Intent))

    async def look_up(self, gateway_id: str) -> Outcome:
        """Ask for a PaymentIntent."""
        with _told_apart():
            return outcome_of(read(await self._call("get", f"/v1/payment_intents/{gateway_id}"), Intent))

    async def cancel(self, gateway_id: str) -> Outcome:
        """Cancel a PaymentIntent; one that cannot be any more is asked for instead."""
        with _told_apart():
            try:
                answer = await self._call("post", f"/v1/payment_intents/{gateway_id}/cancel")
            except stripe.InvalidRequestError as error:
                if error.code != "payment_intent_unexpected_state":
                    raise
                return await self.look_up(gateway_id)
            return outcome_of(read(answer, Intent))

    async def refund(self, gateway_id: str, amount_minor: int, key: str) -> str:
        """Give money of a PaymentIntent back."""
        with _told_apart():
            params = {"payment_intent": gateway_id, "amount": amount_minor}
            refund = read(await self._call("post", "/v1/refunds", key, params), Refund)
        if refund.status in ("failed", "canceled"):
            raise GatewayRefusedError(f"refund {refund.id} is {refund.status}")
        return refund.id

    def read_event(self, body: bytes, signature: str | None) -> GatewayEvent:
        """A webhook's body, signed with any of the secrets."""
        for secret in self._webhook_secrets:
            try:
                stripe.WebhookSignature.verify_header(body, signature, secret, SIGNATURE_SECONDS)
            except stripe.SignatureVerificationError:
                continue
            return event_of(body)
        raise BadSignatureError("the signature fits no secret, or is too old")

    def parse_event(self, body: bytes) -> GatewayEvent:
        """A webhook's body that was verified when it came."""
        return event_of(body)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close_async()  # type: ignore[no-untyped-call]

    async def _call(
        self, method: str, path: str, key: str | None = None, params: Mapping[str, Any] | None = None
    ) -> str:
        answer = await self._client.raw_request_async(method, path, idempotency_key=key, **(params or {}))
        body: str = answer.body
        return body


def _charge_params(charge: Charge) -> dict[str, Any]:
    return {
        "amount": charge.amount_minor,
        "currency": charge.currency.lower(),
        "confirm": True,
        "return_url": charge.return_url,
        "receipt_email": charge.email,
        "metadata": {"order_id": str(charge.order_id), "attempt": charge.attempt, "number": charge.order_number},
        **_source_params(charge.source),
    }


def _source_params(source: str) -> dict[str, Any]:
    if source.startswith("pm_"):
        return {"payment_method": source}
    return {"payment_method_data": {"type": "card", "card": {"token": source}}}


def _declined_intent(declined: stripe.CardError) -> Intent:
    """The intent of a card error; without one nothing was tried."""
    body: Any = declined.json_body
    intent = body.get("error", {}).get("payment_intent")
    if intent is None:
        raise declined
    return msgspec.convert(intent, Intent)


@contextmanager
def _told_apart() -> Iterator[None]:
    """Failures as orders know them: nothing moved, or nobody knows."""
    try:
        yield
    except REFUSALS as error:
        raise GatewayRefusedError(f"{type(error).__name__}: {error.user_message}") from error
    except stripe.StripeError as error:
        raise GatewayUncertainError(f"{type(error).__name__}, status {error.http_status}") from error
    except (aiohttp.ClientError, TimeoutError, ValueError, msgspec.ValidationError) as error:
        raise GatewayUncertainError(f"{type(error).__name__}: {error}") from error
