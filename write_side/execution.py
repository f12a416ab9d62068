"""Carrying out a command: one transaction, its idempotency key, its answer.

The key row commits with the work. A refusal that would repeat itself rolls the work back to a savepoint and
is stored in the same transaction, under the same lock; anything else leaves no trace.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Request, Response
from psycopg.types.json import Jsonb

from kernel.auth import Principal
from kernel.consistency import HEADER as CONSISTENCY_TOKEN
from kernel.database import WriteConnection
from kernel.errors import (
    Forbidden,
    IdempotencyKeyInUse,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    ShopError,
    ValidationFailed,
)
from kernel.ids import uuid7
from kernel.telemetry import current_request_id
from kernel.web.identity import Connection, access_token
from write_side.context import Command, Result, Services
from write_side.sql import INSERT_KEY, SELECT_KEY, TRY_LOCK_KEY

Handler = Callable[[WriteConnection, Command], Awaitable[Result]]
AnyRequest = Request[Any, Any, Any]
_KEY_MAX = 255


@dataclass(frozen=True)
class Answer:
    """A stored answer: the same bytes each time."""

    status: int
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Key:
    """An Idempotency-Key in its scope, with the fingerprint of the request it came with."""

    principal: str
    route: str
    key: str
    fingerprint: bytes

    def parameters(self) -> dict[str, Any]:
        return {"principal": self.principal, "route": self.route, "key": self.key}


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


async def execute(request: AnyRequest, handler: Handler, *, key_required: bool = False) -> Response[bytes]:
    """Carry out a command of the principal that a guard let pass, once for each Idempotency-Key."""
    services: Services = request.app.state.services
    key = await _key_of(request, required=key_required)
    command = Command(
        id=uuid7(),
        principal=request.state.principal,
        currency=services.shop.currency,
        request_id=current_request_id(),
        address=request.headers.get("x-forwarded-for"),
    )
    token = services.consistency.merge(request.headers.get(CONSISTENCY_TOKEN), command.id)

    async def work(conn: WriteConnection) -> Answer:
        if key is None:
            return _answer(await handler(conn, command), token)
        if stored := await _claim(conn, key):
            return stored
        answer = await _attempt(conn, handler, command, token)
        await conn.execute(
            INSERT_KEY,
            {
                **key.parameters(),
                "fingerprint": key.fingerprint,
                "status": answer.status,
                "body": answer.body,
                "headers": Jsonb(answer.headers),
            },
        )
        return answer

    answer = await services.database.run(work)
    return Response(answer.body, status_code=answer.status, headers={"cache-control": "no-store", **answer.headers})


async def _attempt(conn: WriteConnection, handler: Handler, command: Command, token: str) -> Answer:
    try:
        async with conn.transaction():
            return _answer(await handler(conn, command), token)
    except ShopError as error:
        if not error.stored:
            raise
        return Answer(error.status, error.body(), {"content-type": "application/problem+json"})


async def _claim(conn: WriteConnection, key: Key) -> Answer | None:
    row = await (await conn.execute(TRY_LOCK_KEY, key.parameters())).fetchone()
    if row is None or not row[0]:
        raise IdempotencyKeyInUse(retry_after=1)
    found = await (await conn.execute(SELECT_KEY, key.parameters())).fetchone()
    if found is None:
        return None
    fingerprint, status, body, headers = found
    if bytes(fingerprint) != key.fingerprint:
        raise IdempotencyKeyReused
    if status is None:
        raise IdempotencyKeyInUse(retry_after=1)
    return Answer(status, bytes(body), headers)


async def _key_of(request: AnyRequest, *, required: bool) -> Key | None:
    value = request.headers.get("idempotency-key")
    if value is None:
        if required:
            raise IdempotencyKeyMissing
        return None
    if not 1 <= len(value) <= _KEY_MAX or not value.isprintable():
        raise ValidationFailed.of("Idempotency-Key", f"1 to {_KEY_MAX} printable characters")
    digest = hashlib.sha256()
    for part in (request.method, request.url.path, request.headers.get("if-match", "")):
        digest.update(part.encode() + b"\x1f")
    digest.update(await request.body())
    route = next(iter(request.route_handler.paths))
    return Key(str(request.state.principal.account_id), f"{request.method} {route}", value, digest.digest())


def _answer(result: Result, token: str) -> Answer:
    body = b"" if result.body is None else msgspec.json.encode(result.body)
    headers = {**result.headers, CONSISTENCY_TOKEN: token}
    if body:
        headers["content-type"] = "application/json"
    return Answer(result.status, body, headers)
