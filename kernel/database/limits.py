"""What a connection starts with: how long it may wait, for the server and for others, and how its statements are planned."""

from __future__ import annotations

from typing import Any, Final

import psycopg
from psycopg.types.numeric import Int8Dumper

from kernel.settings import DatabaseSettings

LOSSES: Final[dict[str, int]] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""Of every connection: a server that vanished without a word is noticed within half a minute, not in a quarter hour."""

LOCK_SECONDS: Final = 10


def start_options(statement_seconds: int, lock_seconds: int = LOCK_SECONDS) -> str:
    """Start-up options of a process that serves. A pooler drops them: behind one the role carries them (ALTER ROLE … SET).

    Statements are prepared and planned once a connection, whatever they are given: an array would be planned for its
    length each time, which takes longer than to carry the statement out.
    """
    limits = {
        "statement_timeout": statement_seconds,
        "lock_timeout": lock_seconds,
        "idle_in_transaction_session_timeout": statement_seconds + 5,
    }
    return " ".join(
        [f"-c {name}={seconds}s" for name, seconds in limits.items()] + ["-c plan_cache_mode=force_generic_plan"]
    )


def set_up(conn: psycopg.AsyncConnection[Any] | psycopg.Connection[Any], settings: DatabaseSettings) -> None:
    """Prepare statements from the setting's use on; every integer is sent as a bigint.

    psycopg sends each in the smallest type that holds it: an amount of 300 and one of 40,000 would be two statements,
    prepared and planned each, and of many amounts there are more mixes than a connection keeps.
    """
    conn.prepare_threshold = settings.prepare_threshold
    conn.adapters.register_dumper(int, Int8Dumper)
