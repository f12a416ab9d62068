"""Accounts and sessions over HTTP. Scripts keep the tokens of the answer, browsers the cookies.

None of these answers is kept under an Idempotency-Key: they tell secrets.
"""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, delete, patch, post
from litestar.datastructures import Cookie
from litestar.params import JSONBody

from kernel.errors import Unauthenticated
from kernel.web.identity import ACCESS, REFRESH, cookie, refuse_forgery, set_cookie
from write_side.accounts import customers, handlers
from write_side.accounts.customers import Register, UpdateProfile
from write_side.accounts.handlers import LogIn, Refresh, Session
from write_side.context import Services
from write_side.execution import carry_out, command_of, principal_of

AnyRequest = Request[Any, Any, Any]
_PRIVATE = {"cache-control": "no-store"}
_DAY_SECONDS = 86_400


async def somebody(connection: Any, _: Any) -> None:
    """A guard that lets whoever has a session pass."""
    connection.state.principal = await principal_of(connection)


@post("/customers", summary="Open an account")
async def register(request: AnyRequest, data: JSONBody[Register]) -> Response[bytes]:
    account = await customers.prepare(data)
    return await carry_out(
        request,
        lambda conn, command: customers.register(conn, command, account),
        command_of(request, None),
        None,
    )


@patch("/customers/me", guards=[somebody], summary="Change one's name or password")
async def update_profile(request: AnyRequest, data: JSONBody[UpdateProfile]) -> Response[bytes]:
    services: Services = request.app.state.services
    principal = request.state.principal
    change = await customers.rehash(services, principal, data)
    answer = await carry_out(
        request,
        lambda conn, command: customers.update_profile(conn, command, principal, data, change),
        command_of(request, principal),
        None,
    )
    if change:
        services.sessions.forget_others(principal)
        answer.with_cookie(_refresh_cookie(request, change.refresh_token))
    return answer


@post("/sessions", summary="Log in")
async def log_in(request: AnyRequest, data: JSONBody[LogIn]) -> Response[Session]:
    services: Services = request.app.state.services
    return _answer(request, await handlers.log_in(services, data))


@post("/sessions/refresh", summary="New tokens for a refresh token, of the body or the browser's cookie")
async def refresh(request: AnyRequest, data: JSONBody[Refresh]) -> Response[Session]:
    services: Services = request.app.state.services
    token = data.refresh_token
    if token is None:
        token = cookie(request, REFRESH)
        refuse_forgery(request)
    if token is None:
        raise Unauthenticated("send a refresh token")
    return _answer(request, await handlers.refresh(services, token))


@delete("/sessions/current", summary="Log out")
async def log_out(request: AnyRequest) -> Response[None]:
    await handlers.log_out(request.app.state.services, await principal_of(request))
    return _without_cookies(request)


@delete("/sessions", summary="Log out everywhere")
async def log_out_everywhere(request: AnyRequest) -> Response[None]:
    await handlers.log_out_everywhere(request.app.state.services, await principal_of(request))
    return _without_cookies(request)


def _answer(request: AnyRequest, session: Session) -> Response[Session]:
    cookies = [
        set_cookie(request, ACCESS, session.access_token, session.expires_in),
        _refresh_cookie(request, session.refresh_token),
    ]
    return Response(session, status_code=201, headers=_PRIVATE, cookies=cookies)


def _refresh_cookie(request: AnyRequest, token: str) -> Cookie:
    services: Services = request.app.state.services
    return set_cookie(request, REFRESH, token, services.identity.session_days * _DAY_SECONDS)


def _without_cookies(request: AnyRequest) -> Response[None]:
    cookies = [set_cookie(request, name, "", 0) for name in (ACCESS, REFRESH)]
    return Response(None, status_code=204, headers=_PRIVATE, cookies=cookies)


ROUTES = [register, update_profile, log_in, refresh, log_out, log_out_everywhere]
