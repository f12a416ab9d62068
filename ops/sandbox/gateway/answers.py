"""Answers, and the keys that make them the same again."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from ops.sandbox.gateway import sql
from ops.sandbox.gateway.errors import Refusal, key_reused
from ops.sandbox.gateway.params import Pairs


@dataclass(frozen=True)
class Answer:
    """A status and JSON. `silent`: no client gets it in time; `replayed`: it was given before."""

    status: int
    body: bytes
    silent: bool = False
    replayed: bool = False


def answer(content: Any, status: int = 200, *, silent: bool = False) -> Answer:
    """An answer of this content."""
    return Answer(status, msgspec.json.encode(content), silent)


def fingerprint(method: str, path: str, pairs: Pairs) -> bytes:
    """What makes two requests under one key the same."""
    return hashlib.sha256(msgspec.json.encode([method, path, sorted(pairs)])).digest()


def once(
    conn: sqlite3.Connection, key: str | None, request: bytes, work: Callable[[sqlite3.Connection], Answer]
) -> Answer:
    """`work`'s answer, or the one that stands under the key, refusals as well. Raises `Refusal` for another request."""
    if key is None:
        return work(conn)
    if stored := conn.execute(sql.SELECT_ANSWER, (key,)).fetchone():
        if stored[0] != request:
            raise key_reused(key)
        return Answer(stored[1], stored[2], replayed=True)
    try:
        given = work(conn)
    except Refusal as refusal:
        given = Answer(refusal.status, refusal.body())
    conn.execute(sql.INSERT_ANSWER, (key, request, given.status, given.body))
    return given
