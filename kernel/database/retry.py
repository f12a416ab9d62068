"""Which database errors are worth another try of the whole transaction."""

from __future__ import annotations

import random
from typing import Final

import psycopg

TRANSIENT: Final = frozenset({"40001", "40P01", "55P03", "57014"})
"""Serialization failure, deadlock, lock not available, statement cancelled: nothing was committed."""

ATTEMPTS_MAX: Final = 3


def is_transient(error: BaseException) -> bool:
    """Whether running the same transaction again may succeed."""
    return isinstance(error, psycopg.Error) and error.sqlstate in TRANSIENT


def is_connection_lost(error: BaseException) -> bool:
    """Whether the server, the network or a fail-over took the connection away (08*, 57P*, 25006)."""
    if not isinstance(error, psycopg.OperationalError | psycopg.errors.ReadOnlySqlTransaction):
        return False
    state = error.sqlstate
    return state is None or state.startswith(("08", "57P")) or state == "25006"


def pause_seconds(attempt: int) -> float:
    """Full jitter, doubling from 20 ms: attempt 1 waits 0–20 ms, attempt 2 0–40 ms."""
    return random.uniform(0, 0.02 * 2 ** (attempt - 1))  # noqa: S311 - spreads load, guards nothing
