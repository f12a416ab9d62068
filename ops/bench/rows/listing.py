"""Listing: pages of 24 by the API."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from ops.bench.context import BenchContext
from ops.bench.row import Measurement, Row
from ops.bench.rows.reading import cpu_check, figures, load_api, remarks

RATE: Final = 500
CPU_MS_MAX: Final = 1.0


def run(context: BenchContext) -> Measurement:
    """The whole shop and each category in turn, newest first."""
    paths = ["/api/v1/products?limit=24"]
    paths += [f"/api/v1/products?limit=24&category={quote(path)}" for path in context.category_paths()]
    held = load_api(context, paths, RATE)
    notes = [f"{len(paths)} lists in turn", *remarks(held)]
    return Measurement(checks=[cpu_check(held, CPU_MS_MAX)], figures=figures(held), notes=notes)


ROW = Row("listing", "listing page of 24 by the API, 500/s", run)
