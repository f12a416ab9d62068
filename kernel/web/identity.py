"""The access token of a request, from its header or a browser's cookie; the guard against forged requests.

Scripts send `Authorization: Bearer`. Browsers send cookies of their own accord, so a cookie counts for an
unsafe method only when the request cannot come from another site: `Sec-Fetch-Site` or `Origin` must be ours,
and the request must be one that no plain form can send (JSON, or the header X-TechMart).
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from kernel.auth import bearer
from kernel.errors import Forbidden, Unauthenticated

ACCESS: Final = "techmart-access"
REFRESH: Final = "techmart-refresh"
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})

Connection = ASGIConnection[Any, Any, Any, Any]


def access_token(connection: Connection) -> str:
    """The access token of a request. Raises `Unauthenticated`, `Forbidden` for another site's request."""
    header = connection.headers.get("authorization")
    if header is not None:
        return bearer(header)
    token = cookie(connection, ACCESS)
    if token is None:
        raise Unauthenticated("send the access token as Authorization: Bearer …")
    refuse_forgery(connection)
    return token


def cookie(connection: Connection, name: str) -> str | None:
    """One of our cookies, as it is named on this origin."""
    return connection.cookies.get(_name(connection, name))


def refuse_forgery(connection: Connection) -> None:
    """Raise `Forbidden` for an unsafe request that a browser may have been made to send by another site."""
    if connection.scope.get("method") in _SAFE_METHODS:
        return
    headers = connection.headers
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    same_site = site == "same-origin" if site else urlsplit(origin or "").netloc == headers.get("host")
    deliberate = "x-techmart" in headers or headers.get("content-type", "").startswith("application/json")
    if not (same_site and deliberate):
        raise Forbidden("a request from another site may not use this browser's session")


def set_cookie(connection: Connection, name: str, value: str, seconds: int) -> Cookie:
    """A cookie that scripts cannot read and other sites cannot have sent; 0 seconds removes it."""
    secure = _is_secure(connection)
    return Cookie(
        _name(connection, name),
        value=value,
        max_age=seconds,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def _name(connection: Connection, name: str) -> str:
    return f"__Host-{name}" if _is_secure(connection) else name


def _is_secure(connection: Connection) -> bool:
    """Browsers keep `Secure` cookies on https and loopback; a demo on another plain address goes without."""
    host = connection.headers.get("host", "").rsplit(":", 1)[0]
    return connection.headers.get("x-forwarded-proto", "http") == "https" or host in _LOOPBACK
