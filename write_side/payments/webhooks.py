"""Webhooks: stored as they came, answered, and only then applied.

A gateway tells everything more than once, late, and in no order. Each event is stored under its id, and stays open until
it has taken effect: tried at once by the process that took it, then by the sweep, with pauses that grow.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import structlog

from kernel.errors import NotFound, ValidationFailed
from kernel.ids import uuid7
from kernel.telemetry import bind_request_id
from write_side.context import Services
from write_side.orders.settling import TooEarlyError, apply_event
from write_side.payments import sql
from write_side.payments.gateways.protocol import BadSignatureError, GatewayEvent

log = structlog.get_logger()
LEASE_SECONDS: Final = 10.0
"""How long an event belongs to whoever tries it; applying takes milliseconds."""

ERROR_LENGTH_MAX: Final = 500


async def receive(services: Services, gateway: str, body: bytes, signature: str | None) -> GatewayEvent | None:
    """Store an event; it, if it has to be applied. Raises `NotFound`, `ValidationFailed`."""
    if gateway not in services.gateways:
        raise NotFound("there is no such gateway")
    try:
        event = services.gateways[gateway].read_event(body, signature)
    except BadSignatureError as error:
        log.warning("a webhook is refused", gateway=gateway, reason=str(error))
        raise ValidationFailed("the signature is not good") from error
    except ValueError as error:
        raise ValidationFailed("the body is no event of this gateway") from error
    found = await services.database.execute(sql.STORE_EVENT, _stored(gateway, event, body))
    return event if found and found[0][0] else None


def _stored(gateway: str, event: GatewayEvent, body: bytes) -> dict[str, Any]:
    outcome = None if event.dispute else event.outcome
    return {
        "gateway": gateway,
        "event_id": event.id,
        "type": event.type,
        "body": body,
        "lease_seconds": LEASE_SECONDS,
        "says_nothing": event.dispute is None and (event.outcome is None or event.order_id is None),
        "gateway_id": event.gateway_id,
        "state": outcome.state if outcome else None,
        "captured": outcome.captured_minor if outcome else None,
        "refunded": event.refunded_minor,
    }


async def apply(services: Services, gateway: str, event: GatewayEvent) -> None:
    """Let an event take effect, and note that it did, or why it did not. Raises what the database raises."""
    bind_request_id(uuid7().hex)
    row = {"gateway": gateway, "event_id": event.id}
    try:
        await apply_event(services, gateway, await _with_order(services, gateway, event))
    except Exception as error:  # whatever it is, the event stays, and the others go on
        log.warning("an event waits", gateway=gateway, event_id=event.id, event_type=event.type, error=repr(error))
        await services.database.execute(sql.FAIL_EVENT, {**row, "error": repr(error)[:ERROR_LENGTH_MAX]})
        return
    await services.database.execute(sql.FINISH_EVENT, row)


async def apply_open(services: Services, limit: int) -> int:
    """Try events again that are due; return how many were."""
    claimed = await services.database.execute(sql.CLAIM_EVENTS, {"limit": limit, "lease_seconds": LEASE_SECONDS})
    for gateway, event_id, body in claimed:
        if gateway in services.gateways:
            await apply(services, gateway, services.gateways[gateway].parse_event(bytes(body)))
        else:
            row = {"gateway": gateway, "event_id": event_id, "error": "this gateway is not set up"}
            await services.database.execute(sql.FAIL_EVENT, row)
    return len(claimed)


async def _with_order(services: Services, gateway: str, event: GatewayEvent) -> GatewayEvent:
    """The event with the order it is about: a dispute names the attempt alone. Raises `TooEarlyError`."""
    if event.dispute is None or event.order_id is not None:
        return event
    found = await services.database.execute(sql.SELECT_ATTEMPT, {"gateway": gateway, "gateway_id": event.gateway_id})
    if not found:
        raise TooEarlyError(f"{event.gateway_id} is no payment that is known by now")
    order_id, attempt = found[0]
    return replace(event, order_id=order_id, attempt=attempt)
