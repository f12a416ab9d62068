"""Webhooks, and the bank's return, over HTTP. Nobody logs in here: an event is signed, a return is only a hint."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath

from kernel.errors import NotFound
from write_side.context import Services
from write_side.payments import webhooks
from write_side.payments.returning import bring_back

AnyRequest = Request[Any, Any, Any]


@post("/webhooks/{gateway:str}", status_code=200, summary="Take an event of a payment gateway")
async def take_event(request: AnyRequest, gateway: FromPath[str]) -> Response[bytes]:
    services: Services = request.app.state.services
    body = await request.body()
    event = await webhooks.receive(services, gateway, body, request.headers.get("stripe-signature"))
    if event is not None:
        request.app.state.inbox.offer(gateway, event)
    return Response(b"{}", media_type="application/json", headers={"cache-control": "no-store"})


@post("/{locale:str}/checkout/return", status_code=303, include_in_schema=False)
async def return_from_bank(request: AnyRequest, locale: FromPath[str]) -> Response[None]:
    services: Services = request.app.state.services
    if locale not in services.shop.locales:
        raise NotFound
    order_id = await bring_back(services, await request.body())
    where = f"/{locale}/?order={order_id}" if order_id else f"/{locale}/"
    return Response(None, headers={"location": where, "cache-control": "no-store"})


ROUTES = [take_event]
PAGES = [return_from_bank]
"""Paths beside the API."""
