"""Answers that are bytes already, sent without the framework's own rendering of headers and bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Response
from litestar.datastructures import Cookie
from litestar.response.base import ASGIResponse

JSON: Final = {"content-type": "application/json"}


class ReadyAnswer(Response[bytes]):
    """A status, headers and a body as they are sent; it takes no background task."""

    def __init__(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.status_code = status
        self._ready = _Ready(status, body, headers)

    def with_cookie(self, cookie: Cookie) -> ReadyAnswer:
        """This answer, with one cookie more."""
        self._ready.add(*cookie.to_encoded_header())
        return self

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:
        """What was made ready."""
        return self._ready


class _Ready(ASGIResponse):
    """The framework's class builds its headers one by one, each looked for among those before."""

    def __init__(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.body, self.status_code, self.background, self.is_head_response = body, status, None, False
        self._headers = [
            *((name.encode(), value.encode()) for name, value in headers.items()),
            (b"content-length", b"%d" % len(body)),
        ]

    def add(self, name: bytes, value: bytes) -> None:
        """One header more."""
        self._headers.append((name, value))

    def encode_headers(self) -> list[tuple[bytes, bytes]]:
        """Names and values, as bytes."""
        return self._headers
