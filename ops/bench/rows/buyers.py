"""Two hundred buyers at once, fifty units."""

from __future__ import annotations

from typing import Final

from ops.bench.context import BenchContext
from ops.bench.row import Check, Measurement, Row
from ops.bench.selling import goods, shoppers

BUYERS: Final = 200
UNITS: Final = 50
ROUNDS: Final = 3
LOAD_SECONDS: Final = 30


def run(context: BenchContext) -> Measurement:
    """Every time fifty orders, and everyone else is told that there is none left."""
    wrong, latencies = 0, []
    for _ in range(ROUNDS):
        with goods(context, 1, quantity=UNITS) as skus:
            load = shoppers(context, skus, LOAD_SECONDS, {"STEPS": "order", "BUYERS": str(BUYERS)})
        counts = load.counts
        wrong += abs(counts["finished"] - UNITS) + abs(counts["out_of_stock"] - (BUYERS - UNITS)) + counts["surprises"]
        latencies.append(load.p95)
    return Measurement(
        checks=[Check(what=f"wrong endings in {ROUNDS} rounds", value=wrong, unit="", target=0)],
        figures={"p95 ms": max(latencies)},
        notes=[
            f"{BUYERS} buyers, {UNITS} units: {UNITS} orders and {BUYERS - UNITS} × out_of_stock expected each time"
        ],
    )


ROW = Row("buyers", "200 buyers at once, 50 units", run)
