"""One id followed from the request to the edge, in logs, events and traces."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import msgspec
import structlog

from kernel import tracing
from kernel.settings import TelemetrySettings, load

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def current_request_id() -> str | None:
    """The id of the request, command line or delivery being worked on, if any."""
    return _request_id.get()


def bind_request_id(request_id: str | None) -> None:
    """Work from here on, in this task or thread, on behalf of this id."""
    _request_id.set(request_id)


@contextmanager
def on_behalf_of(request_ids: Iterable[str | None]) -> Iterator[None]:
    """Work inside, in this thread, on behalf of this id; of several, on behalf of none."""
    distinct = set(request_ids)
    token = _request_id.set(distinct.pop() if len(distinct) == 1 else None)
    try:
        yield
    finally:
        _request_id.reset(token)


def configure_logging() -> None:
    """JSON lines on standard error; traces too where an endpoint is set."""
    (settings,) = load(TelemetrySettings)
    level = logging.getLevelName(settings.log_level.upper())
    structlog.configure(
        processors=[
            _add_context,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    if settings.otel_endpoint:
        tracing.start(settings.otel_endpoint, _process())


def _json(event: Any, **_: Any) -> str:
    return msgspec.json.encode(event, enc_hook=repr).decode()


def _add_context(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["process"] = _process()
    if "request_id" not in event and (request_id := _request_id.get()):
        event["request_id"] = request_id
    if trace_id := tracing.trace_id():
        event["trace_id"] = trace_id
    return event


def _process() -> str:
    return os.environ.get("TECHMART_PROCESS", "techmart")
