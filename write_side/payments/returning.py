"""A buyer comes back from the bank. What they bring names the attempt; what became of it, the gateway is asked."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl
from uuid import UUID

import structlog

from kernel.errors import ShopError
from write_side.context import Services
from write_side.orders.rules import LIVE
from write_side.orders.settling import settle
from write_side.payments.gateways.protocol import GatewayError
from write_side.payments.sql import SELECT_RETURNED

log = structlog.get_logger()
FIELDS_MAX: Final = 50
GATEWAY_ID_LENGTH_MAX: Final = 255


async def bring_back(services: Services, form: bytes) -> UUID | None:
    """The order of the buyer, settled where the gateway knows more than we; None for an attempt nobody made."""
    gateway_id = _attempt_of(form)
    if gateway_id is None:
        return None
    parameters = {"gateways": list(services.gateways), "gateway_id": gateway_id}
    found = await services.database.execute(SELECT_RETURNED, parameters)
    if not found:
        return None
    gateway, order_id, attempt, state = found[0]
    if state in LIVE:
        await _settle(services, gateway, order_id, attempt, gateway_id)
    return UUID(str(order_id))


async def _settle(services: Services, gateway: str, order_id: UUID, attempt: int, gateway_id: str) -> None:
    """Whatever goes wrong here is made good by the webhook or the sweep; the buyer goes on to the order's page."""
    try:
        outcome = await services.gateways[gateway].look_up(gateway_id)
        await settle(services, order_id, attempt, outcome, f"gateway:{gateway}")
    except (GatewayError, ShopError) as error:
        log.warning("an order stays open", order=str(order_id), error=repr(error))


def _attempt_of(form: bytes) -> str | None:
    try:
        fields = dict(parse_qsl(form.decode(), max_num_fields=FIELDS_MAX))
    except ValueError:
        return None
    gateway_id = fields.get("payment_intent", "")
    return (
        gateway_id
        if gateway_id.isascii() and gateway_id.isprintable() and 0 < len(gateway_id) <= GATEWAY_ID_LENGTH_MAX
        else None
    )
