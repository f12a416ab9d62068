"""One product by its id, by the read API."""

from __future__ import annotations

from typing import Final

from ops.bench.context import BenchContext
from ops.bench.limits.server import select_alone, server_alone
from ops.bench.row import Measurement, Row
from ops.bench.rows.reading import cpu_check, figures, load_api, remarks

RATE: Final = 800
PRODUCTS: Final = 500
CPU_MS_MAX: Final = 0.6


def run(context: BenchContext) -> Measurement:
    """Product documents by id, beside the server alone and beside one select a request."""
    ids = [product.id for product in context.sample(PRODUCTS)]
    held = load_api(context, [f"/api/v1/products/{product}" for product in ids], RATE)
    return Measurement(
        checks=[cpu_check(held, CPU_MS_MAX)],
        limits=[server_alone(context), select_alone(context, ids)],
        figures=figures(held),
        notes=[f"{len(ids)} products in turn", *remarks(held)],
    )


ROW = Row("product", "product document by id, read API, 800/s", run)
