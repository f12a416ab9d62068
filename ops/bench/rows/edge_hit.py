"""Product JSON from the edge's cache, beside a plain nginx cache with the same bytes."""

from __future__ import annotations

from typing import Final

from ops.bench.accounting import spending
from ops.bench.context import BenchContext
from ops.bench.figures import per_unit_ms
from ops.bench.limits.plain_nginx import plain_cache
from ops.bench.load import Load
from ops.bench.rates import get_paths
from ops.bench.row import Check, Limit, Measurement, Row

RATE: Final = 1000
ROUNDS: Final = 2
ROUND_SECONDS: Final = 5
PRODUCTS: Final = 8
"""Few, so that their revalidation once a second weighs as little as it does for a product in demand."""

TARGET: Final = 0.8


def run(context: BenchContext) -> Measurement:
    """CPU of nginx per HIT on both, in turns, so that the machine's mood meets both alike.

    The ratio of what one core could serve is judged: k6 takes more of two cores than nginx does, so that the
    rates reached would say more about k6.
    """
    context.settle()
    slugs = [product.slug for product in context.sample(PRODUCTS)]
    paths = [f"/catalog/{context.locale}/products/{slug}.json" for slug in slugs]
    edge = [pid for name, pids in context.processes().items() if name.startswith("nginx") for pid in pids]
    ours, plain = Side(), Side()
    with plain_cache(context.edge_url, paths[0]) as (plain_url, plain_pid):
        for base in (plain_url, context.edge_url):
            get_paths(base, paths, 200, 1)
        for _ in range(ROUNDS):
            plain.add(plain_url, paths, [plain_pid], context)
            ours.add(context.edge_url, paths, edge, context)
    ratio = plain.cpu_ms / ours.cpu_ms
    return Measurement(
        checks=[Check(what="HITs a core, to the limit's", value=ratio, unit="", target=TARGET, reach="at least")],
        limits=[Limit(what="plain proxy_cache HIT", value=plain.cpu_ms * 1000, unit="µs CPU")],
        figures={
            "edge µs CPU": ours.cpu_ms * 1000,
            "p95 ms": ours.last.p95 if ours.last else 0.0,
            "limit's p95 ms": plain.last.p95 if plain.last else 0.0,
            "rate/s": ours.last.rate if ours.last else 0.0,
            "from cache %": 100 * ours.from_cache / max(ours.requests, 1),
            "k6 µs CPU": per_unit_ms(ours.generator, ours.requests) * 1000,
            "machine busy %": ours.busy * 100,
        },
        notes=[f"{len(paths)} products, bodies uncompressed on both sides"],
    )


class Side:
    """One of the two servers over all its rounds."""

    def __init__(self) -> None:
        self.requests = self.from_cache = 0
        self.cpu = self.generator = self.busy = 0.0
        self.last: Load | None = None

    def add(self, base: str, paths: list[str], pids: list[int], context: BenchContext) -> None:
        """One more round."""
        seconds = context.seconds(ROUND_SECONDS)
        with spending({"nginx": pids}) as spent:
            self.last = get_paths(base, paths, RATE, seconds)
        self.requests += self.last.requests
        self.from_cache += self.last.from_cache
        self.cpu += spent.cpu
        self.generator += self.last.generator_cpu_seconds
        self.busy = max(self.busy, spent.busy)

    @property
    def cpu_ms(self) -> float:
        """nginx's CPU a request."""
        return per_unit_ms(self.cpu, self.requests)


ROW = Row("edge-hit", "product JSON HIT at the edge against a plain nginx cache", run)
