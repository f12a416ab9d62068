"""How long connections are held, and how many wait for one: at a peak that runs out before CPU does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Final

from prometheus_client import Gauge, Histogram

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
HELD: Final = Histogram(
    "techmart_connection_held_seconds", "Time a database connection was held", ["pool"], buckets=_SECONDS
)

POOL: Final = Gauge("techmart_pool_connections", "Connections and waiting requests", ["pool", "state"])
_STATES: Final = {"size": "pool_size", "available": "pool_available", "waiting": "requests_waiting"}

_total: ContextVar[list[float] | None] = ContextVar("connection_held", default=None)


def begin_count() -> list[float]:
    """Count from here on, in this task, into the one number of the list returned (seconds)."""
    total = [0.0]
    _total.set(total)
    return total


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
        if (total := _total.get()) is not None:
            total[0] += seconds


def watch_pool(name: str, stats: Callable[[], dict[str, int]]) -> None:
    """Show a pool's figures at each scrape."""
    for state, key in _STATES.items():
        POOL.labels(name, state).set_function(lambda key=key: stats().get(key, 0))  # type: ignore[misc]
