"""How long each route of selling holds a connection, and how many statements it sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from prometheus_client.parser import text_string_to_metric_families

from ops.bench.context import BenchContext
from ops.bench.http import Client
from ops.bench.row import Check, Measurement, Row
from ops.bench.selling import goods, remarks, shoppers

RATE: Final = 20
LOAD_SECONDS: Final = 10
GOODS: Final = 40
HELD_MS_MAX: Final = 25.0
ROUTES: Final = {
    "cart": ("POST", "/carts"),
    "line": ("PUT", "/carts/{cart_id:uuid}/lines/{sku:str}"),
    "checkout": ("POST", "/carts/{cart_id:uuid}/checkout"),
    "order": ("POST", "/orders"),
    "webhook": ("POST", "/webhooks/{gateway:str}"),
}
Sample = Mapping[tuple[str, str, str], float]
"""Values by series, route and, for a bucket of a histogram, its bound."""


def run(context: BenchContext) -> Measurement:
    """Twenty orders a second; what the write API counted meanwhile."""
    seconds = context.seconds(LOAD_SECONDS)
    with goods(context, GOODS) as skus:
        shoppers(context, skus, 2, {"STEPS": "order", "RATE": str(RATE), "DURATION": "2s"})
        before = _scrape(context)
        load = shoppers(context, skus, seconds, {"STEPS": "order", "RATE": str(RATE), "DURATION": f"{seconds}s"})
        context.settle()
        counted = {series: value - before.get(series, 0.0) for series, value in _scrape(context).items()}
    held = {name: held_p95_ms(counted, " ".join(route)) for name, route in ROUTES.items()}
    return Measurement(
        checks=[
            Check(what="connection held, p95 of the longest", value=max(held.values()), unit="ms", target=HELD_MS_MAX)
        ],
        figures={
            **{f"{name} held p95 ms": value for name, value in held.items()},
            **{f"{name} statements": statements(counted, " ".join(route)) for name, route in ROUTES.items()},
        },
        notes=["p95 is the bound of its bucket: the figure is at most that", *remarks(load)],
    )


def held_p95_ms(counted: Sample, route: str) -> float:
    """The least bound of the histogram below which 95 % of the requests lie."""
    bounds = sorted(
        (float(bound), value)
        for (name, of, bound), value in counted.items()
        if name.endswith("held_seconds_bucket") and of == route
    )
    total = max((value for _, value in bounds), default=0.0)
    return next((bound * 1000 for bound, value in bounds if total and value >= 0.95 * total), float("nan"))


def statements(counted: Sample, route: str) -> float:
    """Statements a request, on average."""
    requests = counted.get(("techmart_request_held_seconds_count", route, ""), 0.0)
    return counted.get(("techmart_request_statements_total", route, ""), 0.0) / requests if requests else 0.0


def _scrape(context: BenchContext) -> Sample:
    text = Client(f"http://127.0.0.1:{context.env['TECHMART_WRITE_PORT']}").get("/metrics").data.decode()
    return {
        (sample.name, f"{sample.labels['method']} {sample.labels['route']}", sample.labels.get("le", "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith("techmart_request_") and "route" in sample.labels
    }


ROW = Row("held", "connection-held time and statements of each route of selling", run)
