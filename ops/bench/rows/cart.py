"""A new cart with one line."""

from __future__ import annotations

from typing import Final

from ops.bench.accounting import spending
from ops.bench.context import BenchContext
from ops.bench.figures import per_unit_ms
from ops.bench.limits.pgbench import pgbench
from ops.bench.limits.statements import CART
from ops.bench.row import Check, Measurement, Row
from ops.bench.selling import figures, goods, remarks, shoppers, stack_cpu

RATE: Final = 100
LOAD_SECONDS: Final = 10
GOODS: Final = 40
CPU_MS_MAX: Final = 5.0


def run(context: BenchContext) -> Measurement:
    """A hundred carts a second, each made and filled with one line, through the edge."""
    seconds = context.seconds(LOAD_SECONDS)
    env = {"STEPS": "cart", "RATE": str(RATE), "DURATION": f"{seconds}s"}
    with goods(context, GOODS) as skus:
        shoppers(context, skus, 2, {**env, "DURATION": "2s"})
        with spending(context.processes()) as spent:
            load = shoppers(context, skus, seconds, env)
            context.settle()
    carts = load.counts["finished"]
    return Measurement(
        checks=[
            Check(
                what=f"CPU a cart at {RATE}/s", value=per_unit_ms(stack_cpu(spent), carts), unit="ms", target=CPU_MS_MAX
            )
        ],
        limits=pgbench(context, "a cart", CART),
        figures=figures(load, spent, carts),
        notes=[f"{carts} carts: POST /carts, then PUT of a line", *remarks(load)],
    )


ROW = Row("cart", "new cart with one line, 100/s, through the edge", run)
