"""Search: the mix of 335 queries, each answered anew."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from ops.bench.context import BenchContext
from ops.bench.feed import judgments_file
from ops.bench.limits.engine import engine_alone
from ops.bench.mix import judged_queries, query_mix
from ops.bench.row import Check, Measurement, Row
from ops.bench.rows.reading import P95_MS_MAX, cpu_check, figures, load_api, remarks

RATE: Final = 400
CPU_MS_MAX: Final = 1.5


def run(context: BenchContext) -> Measurement:
    """24 cards, total and facets a query, past the edge, beside the engine alone with the same queries."""
    judged = judged_queries(judgments_file())
    queries = query_mix(judged, context.titles())
    held = load_api(context, [f"/api/v1/products?limit=24&q={quote(query)}" for query in queries], RATE)
    latency = Check(what=f"p95 at {held.rate:.0f}/s", value=held.load.p95, unit="ms", target=P95_MS_MAX)
    source = f"{len(judged)} judged queries" if judged else "no judged queries found"
    return Measurement(
        checks=[cpu_check(held, CPU_MS_MAX), latency],
        limits=[engine_alone(context, queries)],
        figures=figures(held),
        notes=[
            f"{source}, filled up to {len(queries)} with words of titles, one in ten mistyped",
            *remarks(held),
        ],
    )


ROW = Row("search", "search with 24 cards, total and facets, 400/s", run)
