"""Around every request: its id, its log line, its metrics."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from litestar.enums import ScopeType
from litestar.types import HTTPScope, Message

from kernel.database.held import begin_count
from kernel.ids import uuid7
from kernel.telemetry import bind_request_id
from kernel.web.metrics import DURATION, REQUESTS

App = Callable[[Any, Any, Any], Awaitable[None]]

log = structlog.get_logger()
_SOUND_ID = re.compile(rb"^[A-Za-z0-9._-]{8,64}$")
PATH_LENGTH_MAX = 300
_QUIET = ("/health/", "/metrics")


async def observe(app: App, scope: Any, receive: Any, send: Any) -> None:
    """Answer a request with `app`: take or make its id, and record how it went."""
    if scope["type"] != ScopeType.HTTP:
        await app(scope, receive, send)
        return
    request_id = _request_id(scope)
    bind_request_id(request_id)
    held = begin_count()
    began = time.perf_counter()
    status = 500

    async def send_with_id(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
        await send(message)

    try:
        await app(scope, receive, send_with_id)
    finally:
        _record(scope, status, time.perf_counter() - began, held[0], request_id)


def _request_id(scope: HTTPScope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _SOUND_ID.match(value):
            return value.decode()
    return uuid7().hex


def _record(scope: HTTPScope, status: int, seconds: float, held: float, request_id: str) -> None:
    handler = scope.get("route_handler")
    route = next(iter(sorted(handler.paths)), "none") if handler else "none"
    method = scope["method"]
    REQUESTS.labels(route, method, status).inc()
    DURATION.labels(route, method).observe(seconds)
    if not scope["path"].startswith(_QUIET):
        log.info(
            "request",
            request_id=request_id,
            method=method,
            route=route,
            path=scope["path"][:PATH_LENGTH_MAX],
            status=status,
            ms=round(seconds * 1000, 1),
            held_ms=round(held * 1000, 1),
        )
