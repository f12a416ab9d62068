"""Sessions over HTTP. Scripts keep the tokens of the answer, browsers the cookies."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, delete, post
from litestar.params import JSONBody

from kernel.errors import Unauthenticated
from kernel.web.identity import ACCESS, REFRESH, cookie, refuse_forgery, set_cookie
from write_side.accounts import handlers
from write_side.accounts.handlers import LogIn, Refresh, Session
from write_side.context import Services
from write_side.execution import principal_of

AnyRequest = Request[Any, Any, Any]
_PRIVATE = {"cache-control": "no-store"}
_DAY_SECONDS = 86_400


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
    services: Services = request.app.state.services
    cookies = [
        set_cookie(request, ACCESS, session.access_token, session.expires_in),
        set_cookie(request, REFRESH, session.refresh_token, services.identity.session_days * _DAY_SECONDS),
    ]
    return Response(session, status_code=201, headers=_PRIVATE, cookies=cookies)


def _without_cookies(request: AnyRequest) -> Response[None]:
    cookies = [set_cookie(request, name, "", 0) for name in (ACCESS, REFRESH)]
    return Response(None, status_code=204, headers=_PRIVATE, cookies=cookies)


ROUTES = [log_in, refresh, log_out, log_out_everywhere]
