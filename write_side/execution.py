"""Carrying out a command: one transaction, its idempotency key, its answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import Request

from kernel.auth import Principal
from kernel.consistency import HEADER as CONSISTENCY_TOKEN
from kernel.database import WriteConnection
from kernel.errors import Forbidden
from kernel.ids import uuid7
from kernel.telemetry import current_request_id
from kernel.web.answers import ReadyAnswer
from kernel.web.identity import Connection, access_token
from write_side.context import Command, Result, Services, Statement
from write_side.idempotency import Answer, Key, key_of, once, store

Handler = Callable[[WriteConnection, Command], Awaitable[Result]]
AnyRequest = Request[Any, Any, Any]


async def principal_of(connection: Connection) -> Principal:
    """Who sends a request. Raises `Unauthenticated`, `TokenExpired`, `Forbidden` for one of another site."""
    services: Services = connection.app.state.services
    session_id = services.tokens.session_of(access_token(connection))
    return await services.sessions.find(session_id, services.database.transaction)


def needs(permission: str) -> Callable[..., Awaitable[None]]:
    """A guard that lets only staff with this permission pass, before anything of the body is read."""

    async def guard(connection: Any, _: Any) -> None:
        principal = await principal_of(connection)
        if not principal.is_staff:
            raise Forbidden("this is for staff")
        principal.require(permission)
        connection.state.principal = principal

    return guard


def command_of(request: AnyRequest, principal: Principal | None) -> Command:
    """A new command of a request."""
    services: Services = request.app.state.services
    return Command(
        id=uuid7(),
        principal=principal,
        currency=services.shop.currency,
        request_id=current_request_id(),
        address=request.headers.get("x-forwarded-for"),
    )


async def execute(request: AnyRequest, handler: Handler, *, key_required: bool = False) -> ReadyAnswer:
    """Carry out a command of the principal that a guard let pass, once for each Idempotency-Key."""
    principal: Principal = request.state.principal
    key = await key_of(request, str(principal.account_id), required=key_required)
    return await carry_out(request, handler, command_of(request, principal), key)


async def carry_out(request: AnyRequest, handler: Handler, command: Command, key: Key | None) -> ReadyAnswer:
    """Carry out a command in one transaction, under its key where it has one."""
    services: Services = request.app.state.services

    async def attempt(conn: WriteConnection) -> Answer:
        return _answer(request, command, await handler(conn, command))

    if key is None:
        return respond(await services.database.run(attempt))

    async def attempt_and_store(conn: WriteConnection) -> Answer:
        answer = await attempt(conn)
        await store(conn, key, answer)
        return answer

    return respond(await once(services.database, key, attempt_and_store))


async def carry_out_one(request: AnyRequest, command: Command, statement: Statement, result: Result) -> ReadyAnswer:
    """Carry out a command that is one statement, under no key."""
    services: Services = request.app.state.services
    await services.database.execute(*statement)
    return respond(_answer(request, command, result))


def consistency_token(request: AnyRequest, command: Command, *, wrote: bool = True) -> str:
    """The Consistency-Token a command answers with; a command that wrote nothing is not named: nobody would find it."""
    services: Services = request.app.state.services
    return services.consistency.merge(request.headers.get(CONSISTENCY_TOKEN), command.id if wrote else None)


def respond(answer: Answer) -> ReadyAnswer:
    """An answer over HTTP; no cache keeps it."""
    return ReadyAnswer(answer.status, answer.body, {"cache-control": "no-store", **answer.headers})


def _answer(request: AnyRequest, command: Command, result: Result) -> Answer:
    """A result as it is stored and sent."""
    body = b"" if result.body is None else msgspec.json.encode(result.body)
    headers = {**result.headers, CONSISTENCY_TOKEN: consistency_token(request, command, wrote=result.wrote)}
    if body:
        headers["content-type"] = "application/json"
    return Answer(result.status, body, headers)
