"""A placed order, from a new cart, paid at the sandbox."""

from __future__ import annotations

from typing import Final

from ops.bench.accounting import Spent, spending
from ops.bench.context import BenchContext
from ops.bench.figures import per_unit_ms
from ops.bench.limits.pgbench import pgbench
from ops.bench.limits.statements import ORDER
from ops.bench.load import Load
from ops.bench.row import Check, Measurement, Row
from ops.bench.selling import figures, goods, remarks, shoppers, stack_cpu

RATE: Final = 40
"""For CPU an order: both cores have room."""

WORKERS: Final = 16
"""For orders a second: as many shoppers at once, each begins anew when it is done."""

LOAD_SECONDS: Final = 10
GOODS: Final = 100
CPU_MS_MAX: Final = 12.0
ORDERS_PER_SECOND_MIN: Final = 100.0


def run(context: BenchContext) -> Measurement:
    """Forty orders a second for the cost of one, then as many as go."""
    seconds = context.seconds(LOAD_SECONDS)
    with goods(context, GOODS) as skus:
        shoppers(context, skus, 2, {"STEPS": "order", "RATE": "20", "DURATION": "2s"})
        load, spent = _load(context, skus, seconds, {"RATE": str(RATE)})
        most, crowded = _load(context, skus, seconds, {"WORKERS": str(WORKERS)})
    orders, rate = load.counts["finished"], most.counts["finished"] / seconds
    return Measurement(
        checks=[
            Check(
                what=f"CPU an order at {RATE}/s, sandbox apart",
                value=per_unit_ms(stack_cpu(spent), orders),
                unit="ms",
                target=CPU_MS_MAX,
            ),
            Check(what="orders a second", value=rate, unit="/s", target=ORDERS_PER_SECOND_MIN, reach="at least"),
        ],
        limits=pgbench(context, "an order", ORDER),
        figures={**figures(load, spent, orders), "crowded p95 ms": most.p95, "crowded busy %": crowded.busy * 100},
        notes=[f"{orders} orders of four requests each, every effect drained", *remarks(load), *remarks(most)],
    )


def _load(context: BenchContext, skus: list[str], seconds: int, how: dict[str, str]) -> tuple[Load, Spent]:
    """A load of whole orders, and what it cost until the last effect of it."""
    with spending(context.processes()) as spent:
        load = shoppers(context, skus, seconds, {"STEPS": "order", "DURATION": f"{seconds}s", **how})
        context.settle()
    return load, spent


ROW = Row("order", "placed order from a new cart, sandbox token, through the edge", run)
