"""Answers that are bytes already, sent without the framework's own rendering of headers and bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response
from litestar.response.base import ASGIResponse


class JsonBytes(Response[bytes]):
    """A 200 of JSON as bytes, with headers as they are; it takes no cookies and no background task."""

    def __init__(self, body: bytes, headers: Mapping[str, str]) -> None:
        self._ready = _Ready(body, headers)

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:
        """What was made ready."""
        return self._ready


class _Ready(ASGIResponse):
    """The framework's class builds its headers one by one, each looked for among those before."""

    def __init__(self, body: bytes, headers: Mapping[str, str]) -> None:
        self.body, self.status_code, self.background, self.is_head_response = body, 200, None, False
        self._headers = [
            *((name.encode(), value.encode()) for name, value in headers.items()),
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
        ]

    def encode_headers(self) -> list[tuple[bytes, bytes]]:
        """Names and values, as bytes."""
        return self._headers
