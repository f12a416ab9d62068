"""Everybody buys the same: one SKU against many."""

from __future__ import annotations

from typing import Final

from ops.bench.context import BenchContext
from ops.bench.row import Check, Limit, Measurement, Row
from ops.bench.selling import goods, remarks, shoppers

WORKERS: Final = 24
LOAD_SECONDS: Final = 8
SPREAD: Final = 100
BUCKETS: Final = 16
SHARE_MIN: Final = 0.8


def run(context: BenchContext) -> Measurement:
    """Orders a second of one SKU in one row, of one SKU in sixteen, and of a hundred SKUs, in turn."""
    seconds = context.seconds(LOAD_SECONDS)
    with goods(context, SPREAD) as many, goods(context, 1) as plain, goods(context, 1, buckets=BUCKETS) as hot:
        _rate(context, many, 2)
        spread, row, buckets = (_rate(context, skus, seconds) for skus in (many, plain, hot))
    share = buckets[0] / spread[0] if spread[0] else 0.0
    return Measurement(
        checks=[Check(what="one hot SKU, to spread SKUs", value=share, unit="", target=SHARE_MIN, reach="at least")],
        limits=[Limit(what=f"orders of {SPREAD} SKUs", value=spread[0], unit="/s")],
        figures={
            f"{BUCKETS} buckets /s": buckets[0],
            "one row /s": row[0],
            "one row, share": row[0] / spread[0] if spread[0] else 0.0,
        },
        notes=[*spread[1], *row[1], *buckets[1]],
    )


def _rate(context: BenchContext, skus: list[str], seconds: int) -> tuple[float, list[str]]:
    env = {"STEPS": "order", "WORKERS": str(WORKERS), "DURATION": f"{seconds}s"}
    load = shoppers(context, skus, seconds, env)
    context.settle()
    return load.counts["finished"] / seconds, remarks(load)


ROW = Row("hot-sku", "one SKU that everybody buys, in 16 buckets, against 100 SKUs", run)
