"""Sessions over HTTP."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, delete, post
from litestar.params import JSONBody

from kernel.auth import Principal, bearer
from kernel.errors import Unauthenticated
from write_side.accounts import handlers
from write_side.accounts.handlers import LogIn, Refresh, Session
from write_side.context import Services

_PRIVATE = {"cache-control": "no-store"}


@post("/sessions", summary="Log in")
async def log_in(request: Request[Any, Any, Any], data: JSONBody[LogIn]) -> Response[Session]:
    services: Services = request.app.state.services
    session = await handlers.log_in(services, data)
    return Response(session, status_code=201, headers=_PRIVATE)


@post("/sessions/refresh", summary="New tokens for a refresh token")
async def refresh(request: Request[Any, Any, Any], data: JSONBody[Refresh]) -> Response[Session]:
    services: Services = request.app.state.services
    session = await handlers.refresh(services, data)
    return Response(session, status_code=201, headers=_PRIVATE)


@delete("/sessions/current", summary="Log out")
async def log_out(request: Request[Any, Any, Any]) -> None:
    await handlers.log_out(request.app.state.services, await _principal(request))


@delete("/sessions", summary="Log out everywhere")
async def log_out_everywhere(request: Request[Any, Any, Any]) -> None:
    await handlers.log_out_everywhere(request.app.state.services, await _principal(request))


async def _principal(request: Request[Any, Any, Any]) -> Principal:
    services: Services = request.app.state.services
    session_id = services.tokens.session_of(bearer(request.headers.get("authorization")))
    async with services.database.transaction() as conn:
        principal = await services.sessions.look_up(conn, session_id)
    if principal is None:
        raise Unauthenticated("the session has ended")
    return principal


ROUTES = [log_in, refresh, log_out, log_out_everywhere]
