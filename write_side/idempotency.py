"""Idempotency keys: one key, one effect, one answer.

The key's row commits with the work. Whoever does not get the key's lock is told at once, nobody waits. A refusal that
would repeat itself leaves nothing of the work and is kept by itself; if somebody else came first meanwhile, with the same
key, then theirs is the answer. An order's key is begun without an answer and answered by whoever finishes the order;
until then it is in use.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

from litestar import Request
from psycopg.types.json import Jsonb

from kernel.database import Database, WriteConnection
from kernel.errors import IdempotencyKeyInUse, IdempotencyKeyMissing, IdempotencyKeyReused, ShopError, ValidationFailed
from write_side.sql import ANSWER_ORDER_KEYS, INSERT_KEY, SELECT_KEY, SELECT_ORDER_ANSWER, TRY_LOCK_KEY

T = TypeVar("T")

KEY_LENGTH_MAX: Final = 255


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
        """What the key's statements are given."""
        return {"principal": self.principal, "route": self.route, "key": self.key, "fingerprint": self.fingerprint}


async def key_of(request: Request[Any, Any, Any], principal: str, *, required: bool = False) -> Key | None:
    """The key of a request made for `principal`. Raises `IdempotencyKeyMissing`, `ValidationFailed`."""
    value = request.headers.get("idempotency-key")
    if value is None:
        if required:
            raise IdempotencyKeyMissing
        return None
    if not 1 <= len(value) <= KEY_LENGTH_MAX or not value.isprintable():
        raise ValidationFailed.of("Idempotency-Key", f"1 to {KEY_LENGTH_MAX} printable characters")
    digest = hashlib.sha256()
    for part in (request.method, request.url.path, request.headers.get("if-match", "")):
        digest.update(part.encode() + b"\x1f")
    digest.update(await request.body())
    route = next(iter(request.route_handler.paths))
    return Key(principal, f"{request.method} {route}", value, digest.digest())


async def once(database: Database, key: Key, work: Callable[[WriteConnection], Awaitable[T]]) -> T | Answer:
    """What `work` makes of a transaction under the key's lock, or the answer that the key has already.

    A refusal that would repeat itself is the key's answer too; any other error leaves no trace. Raises as `claim`.
    """

    async def claimed(conn: WriteConnection) -> T | Answer:
        return await claim(conn, key) or await work(conn)

    try:
        return await database.run(claimed)
    except ShopError as error:
        if not error.stored:
            raise
        answer = refusal(error)

    async def keep(conn: WriteConnection) -> Answer:
        if stored := await claim(conn, key):
            return stored
        await store(conn, key, answer)
        return answer

    return await database.run(keep)


async def claim(conn: WriteConnection, key: Key) -> Answer | None:
    """Take the key's lock until the transaction ends; the answer where it has one already.

    First statement of a command. Raises `IdempotencyKeyInUse` while another request works under the key or its order
    is not finished, `IdempotencyKeyReused` when it belongs to another request.
    """
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


async def store(conn: WriteConnection, key: Key, answer: Answer) -> None:
    """Keep the answer of a command that is done."""
    await conn.execute(INSERT_KEY, {**key.parameters(), **_columns(answer)})


async def finish_order(conn: WriteConnection, order_id: UUID, answer: Answer) -> None:
    """Answer the keys of an order, those that have no answer."""
    await conn.execute(ANSWER_ORDER_KEYS, {"order_id": order_id, **_columns(answer)})


async def order_answer(conn: WriteConnection, order_id: UUID) -> Answer | None:
    """What whoever finished an order answered; None while nobody has."""
    found = await (await conn.execute(SELECT_ORDER_ANSWER, {"order_id": order_id})).fetchone()
    return Answer(found[0], bytes(found[1]), found[2]) if found else None


def refusal(error: ShopError) -> Answer:
    """The answer of a refusal that would repeat itself."""
    return Answer(error.status, error.body(), {"content-type": "application/problem+json"})


def _columns(answer: Answer) -> dict[str, Any]:
    return {"status": answer.status, "body": answer.body, "headers": Jsonb(answer.headers)}
