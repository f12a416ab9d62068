"""Payment gateways, by the names that orders call them."""

from __future__ import annotations

from kernel.settings import PaymentSettings
from write_side.payments.gateways.protocol import Gateway
from write_side.payments.gateways.stripe import StripeGateway


def open_gateways(settings: PaymentSettings) -> dict[str, Gateway]:
    """The gateways that are set up: the sandbox where it has an address, Stripe where it has a key."""
    gateways: dict[str, Gateway] = {}
    timeout = settings.gateway_timeout_seconds
    if settings.sandbox_url:
        gateways["sandbox"] = StripeGateway(
            "sandbox", settings.sandbox_key, settings.sandbox_webhook_secrets, timeout, url=settings.sandbox_url
        )
    if settings.stripe_key:
        gateways["stripe"] = StripeGateway("stripe", settings.stripe_key, settings.stripe_webhook_secrets, timeout)
    return gateways
