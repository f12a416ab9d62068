"""Around every request: its id, its log line, its metrics."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any

import structlog
from litestar.enums import ScopeType
from litestar.types import HTTPScope, Message
from prometheus_client import Counter, Histogram

from kernel import tracing
from kernel.database.held import Use, begin_count
from kernel.ids import uuid7
from kernel.telemetry import bind_request_id
from kernel.web.metrics import DURATION, HELD, REQUESTS, STATEMENTS

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
    traced = not scope["path"].startswith(_QUIET)
    with tracing.request(scope["method"], scope["headers"]) if traced else tracing.NOTHING as span:
        status = await _answer(app, scope, receive, send, request_id)
        tracing.describe_request(span, scope["method"], _route_of(scope), status, request_id)


async def _answer(app: App, scope: HTTPScope, receive: Any, send: Any, request_id: str) -> int:
    used = begin_count()
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
        _record(scope, status, time.perf_counter() - began, used, request_id)
    return status


def _request_id(scope: HTTPScope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _SOUND_ID.match(value):
            return value.decode()
    return uuid7().hex


def _record(scope: HTTPScope, status: int, seconds: float, used: Use, request_id: str) -> None:
    route = _route_of(scope)
    method = scope["method"]
    requests, duration, held, statements = _metrics(route, method, status)
    requests.inc()
    duration.observe(seconds)
    if used.statements:
        held.observe(used.seconds)
        statements.inc(used.statements)
    if not scope["path"].startswith(_QUIET):
        log.info(
            "request",
            request_id=request_id,
            method=method,
            route=route,
            path=scope["path"][:PATH_LENGTH_MAX],
            status=status,
            ms=round(seconds * 1000, 1),
            held_ms=round(used.seconds * 1000, 1),
            statements=used.statements,
        )


def _route_of(scope: HTTPScope) -> str:
    handler = scope.get("route_handler")
    return _route(handler) if handler else "none"


@lru_cache(maxsize=1024)
def _route(handler: Any) -> str:
    return min(handler.paths, default="none")


@lru_cache(maxsize=4096)
def _metrics(route: str, method: str, status: int) -> tuple[Counter, Histogram, Histogram, Counter]:
    """The series of one route, found once: looking a series up costs more than counting in it."""
    own = (route, method)
    return REQUESTS.labels(*own, status), DURATION.labels(*own), HELD.labels(*own), STATEMENTS.labels(*own)
