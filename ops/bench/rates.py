"""Finding the rate that holds its latency when the machine is too busy for the rate asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from ops.bench.accounting import Spent, spending
from ops.bench.load import Load, json_file, run_script

BUSY_MAX: Final = 0.9
"""Beyond this the generator and the servers take each other's time: a lower rate is tried and noted."""

STEPS: Final = (1.0, 0.75, 0.5, 0.25)


@dataclass(frozen=True)
class Held:
    """The load at the highest rate tried that held, and what it took."""

    load: Load
    spent: Spent
    rate: float
    holds: bool
    notes: list[str]


def get_paths(base: str, paths: list[str], rate: int, seconds: int, headers: Mapping[str, str] | None = None) -> Load:
    """GET the paths in turn at `rate` a second."""
    shown = msgspec.json.encode(dict(headers or {})).decode()
    with json_file(paths) as file:
        env = {
            "BASE": base,
            "PATHS_FILE": file,
            "RATE": str(rate),
            "DURATION": f"{seconds}s",
            "HEADERS": shown,
        }
        return run_script("get.js", env, seconds)


def highest_rate(run: Callable[[int], Load], groups: dict[str, list[int]], rate: int, p95_ms_max: float) -> Held:
    """Run at `rate`; where that does not hold on a busy machine, at lower rates until one does."""
    notes: list[str] = []
    held: Held | None = None
    for step in STEPS:
        tried = max(1, round(rate * step))
        with spending(groups) as spent:
            load = run(tried)
        holds = load.p95 <= p95_ms_max and not load.dropped and load.failed == 0
        held = Held(load, spent, tried, holds, notes)
        if holds or spent.busy <= BUSY_MAX:
            return held
        notes.append(f"at {tried}/s the machine was {spent.busy:.0%} busy and p95 {load.p95:.0f} ms")
    assert held is not None
    return held
