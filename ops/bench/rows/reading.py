"""What the rows that read the API have in common: warm up, load, CPU per request."""

from __future__ import annotations

from typing import Final

from ops.bench.context import BenchContext
from ops.bench.figures import per_unit_ms
from ops.bench.rates import BUSY_MAX, Held, get_paths, highest_rate
from ops.bench.row import Check

WARM_SECONDS: Final = 3
LOAD_SECONDS: Final = 12
P95_MS_MAX: Final = 25.0
"""CONTRACT sets it for search; listing and product, which do less, must not need more."""


def load_api(context: BenchContext, paths: list[str], rate: int) -> Held:
    """Load the read API with these paths, past every cache of answers."""
    context.settle()
    get_paths(context.read_url, paths, max(20, rate // 2), WARM_SECONDS)
    seconds = context.seconds(LOAD_SECONDS)
    return highest_rate(
        lambda tried: get_paths(context.read_url, paths, tried, seconds),
        context.processes(),
        rate,
        P95_MS_MAX,
    )


def cpu_check(held: Held, target_ms: float) -> Check:
    """CPU of the whole stack, what it does at rest included, per request."""
    cpu = per_unit_ms(held.spent.cpu, held.load.requests)
    return Check(what=f"CPU a request at {held.rate:.0f}/s", value=cpu, unit="ms", target=target_ms)


def figures(held: Held) -> dict[str, float]:
    """What stands below the table for a row of reads."""
    by_process = sorted(held.spent.groups.items(), key=lambda item: -item[1])[:3]
    return {
        "rate/s": held.load.rate,
        "p50 ms": held.load.p50,
        "p95 ms": held.load.p95,
        "p99 ms": held.load.p99,
        **{f"{name} ms": per_unit_ms(cpu, held.load.requests) for name, cpu in by_process},
        "k6 ms": per_unit_ms(held.load.generator_cpu_seconds, held.load.requests),
        "machine busy %": held.spent.busy * 100,
    }


def remarks(held: Held) -> list[str]:
    """What a reader must know before believing the figures."""
    notes = list(held.notes)
    if held.load.failed:
        notes.append(f"{held.load.failed} of {held.load.requests} requests failed")
    if held.load.dropped:
        notes.append(f"k6 could not start {held.load.dropped} requests in time: the latencies are too good")
    if held.spent.busy > BUSY_MAX:
        notes.append(f"the machine was {held.spent.busy:.0%} busy: latencies hold the generator's own waiting")
    return notes
