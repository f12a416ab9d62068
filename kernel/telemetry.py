"""One id followed from the request to the edge, in logs, events and traces."""

from __future__ import annotations

from contextvars import ContextVar

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def current_request_id() -> str | None:
    """The id of the request, command line or delivery being worked on, if any."""
    return _request_id.get()


def bind_request_id(request_id: str | None) -> None:
    """Work from here on, in this task or thread, on behalf of this id."""
    _request_id.set(request_id)
