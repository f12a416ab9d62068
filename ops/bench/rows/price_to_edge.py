"""From the commit of a price to the answer of the edge, with the local purge and without any."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from ops.bench.context import BenchContext, Sample
from ops.bench.figures import percentile
from ops.bench.http import Client
from ops.bench.limits.second_edge import unpurged_edge
from ops.bench.row import Check, Limit, Measurement, Row
from ops.bench.staff import Owner, changing_prices

CHANGES: Final = 20
CHANGES_SCALE: Final = 200
POLL_SECONDS: Final = 0.02
WAIT_SECONDS: Final = 10.0
FRESH_SECONDS: Final = 2.0
"""s-maxage plus stale-while-revalidate of an offer."""

ALLOWANCE_SECONDS: Final = 0.7 + 1.0
"""The way into the bucket before (see the row before), and nginx counts whole seconds."""


@dataclass
class Seen:
    """Ages of changes when one edge first showed them, and how often an older version followed a newer."""

    ages: list[float]
    backwards: int = 0
    never: int = 0


def run(context: BenchContext) -> Measurement:
    """One price after the other; both edges hold the old offer and are asked until they show the new."""
    context.settle()
    samples = context.sample(CHANGES_SCALE if context.scale else CHANGES)
    with ExitStack() as stack:
        edges = {"purged": context.edge_url, "unpurged": stack.enter_context(unpurged_edge(context))}
        owner = stack.enter_context(changing_prices(context, samples))
        seen = {name: Seen([]) for name in edges}
        clients = {name: Client(url) for name, url in edges.items()}
        for product in samples:
            _one_change(owner, product, clients, seen)
    context.settle()
    return _measurement(seen, len(samples))


def _one_change(owner: Owner, product: Sample, clients: dict[str, Client], seen: dict[str, Seen]) -> None:
    path = f"/catalog/offers/{product.id}.json"
    for client in clients.values():
        client.get(path)
    owner.set_price(product.id, product.sku, product.amount_minor + 1, product.currency)
    waiting = dict(clients)
    deadline = time.monotonic() + WAIT_SECONDS
    while waiting and time.monotonic() < deadline:
        for name, client in list(waiting.items()):
            answer = client.get(path)
            if _price(answer.data, product.sku) == product.amount_minor + 1:
                committed = datetime.fromisoformat(answer.headers["X-Committed-At"]).timestamp()
                seen[name].ages.append(time.time() - committed)
                del waiting[name]
        time.sleep(POLL_SECONDS)
    for name, client in clients.items():
        seen[name].never += name in waiting
        seen[name].backwards += name not in waiting and any(
            price != product.amount_minor + 1 for price in _asked_again(client, path, product.sku)
        )


def _asked_again(client: Client, path: str, sku: str) -> Iterator[int | None]:
    for _ in range(5):
        yield _price(client.get(path).data, sku)


def _price(body: bytes, sku: str) -> int | None:
    try:
        offers = msgspec.json.decode(body)["offers"]
        return next((int(offer["price"]["amount"]) for offer in offers if offer["sku"] == sku), None)
    except (msgspec.DecodeError, KeyError, TypeError):
        return None


def _measurement(seen: dict[str, Seen], changes: int) -> Measurement:
    purged, unpurged = seen["purged"], seen["unpurged"]
    failed = sum(side.backwards + side.never for side in seen.values())
    return Measurement(
        checks=[
            Check(what="p95 with the local purge", value=percentile(purged.ages, 95), unit="s", target=1.0),
            Check(
                what="oldest without any purge",
                value=max(unpurged.ages, default=float("nan")),
                unit="s",
                target=FRESH_SECONDS + ALLOWANCE_SECONDS,
            ),
            Check(what="older version kept or shown again", value=failed, unit="", target=0),
        ],
        limits=[Limit(what="s-maxage + stale-while-revalidate", value=FRESH_SECONDS, unit="s")],
        figures={
            "purged p50 s": percentile(purged.ages, 50),
            "unpurged p50 s": percentile(unpurged.ages, 50),
            "unpurged p95 s": percentile(unpurged.ages, 95),
        },
        notes=[
            f"{changes} changes one after the other",
            "without purge: a second edge of the same template before the same bucket, which nobody purges; "
            "its ages include the way into the bucket",
        ],
    )


ROW = Row("price-to-edge", "price commit to the edge's answer", run)
