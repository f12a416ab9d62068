"""How long connections are held, and how many wait for one: at a peak that runs out before CPU does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from prometheus_client import Gauge, Histogram

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
HELD: Final = Histogram(
    "techmart_connection_held_seconds", "Time a database connection was held", ["pool"], buckets=_SECONDS
)

POOL: Final = Gauge("techmart_pool_connections", "Connections and waiting requests", ["pool", "state"])
_STATES: Final = {"size": "pool_size", "available": "pool_available", "waiting": "requests_waiting"}


@dataclass
class Use:
    """What a request used of the database: seconds that it held a connection, statements that it sent."""

    seconds: float = 0.0
    statements: int = 0


_use: ContextVar[Use | None] = ContextVar("database_use", default=None)


def begin_count() -> Use:
    """Count from here on, in this task, into what is returned."""
    use = Use()
    _use.set(use)
    return use


def count_statement() -> None:
    """One more statement of the request being answered, if there is one."""
    if (use := _use.get()) is not None:
        use.statements += 1


_held = lru_cache(HELD.labels)


@contextmanager
def measured(pool: str) -> Iterator[None]:
    """Count the time inside as a connection of `pool` held."""
    began = time.perf_counter()
    try:
        yield
    finally:
        seconds = time.perf_counter() - began
        _held(pool).observe(seconds)
        if (use := _use.get()) is not None:
            use.seconds += seconds


def watch_pool(name: str, stats: Callable[[], dict[str, int]]) -> None:
    """Show a pool's figures at each scrape."""
    for state, key in _STATES.items():
        POOL.labels(name, state).set_function(lambda key=key: stats().get(key, 0))  # type: ignore[misc]
