"""What the rows of selling have in common: products of their own to sell, shoppers, and what they cost."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from uuid import uuid4

from ops.bench.accounting import Spent
from ops.bench.context import BenchContext
from ops.bench.figures import per_unit_ms
from ops.bench.load import Load, json_file, run_script
from ops.bench.staff import Owner

SANDBOX: Final = "sandbox-gateway"
PLENTY: Final = 10_000_000


@contextlib.contextmanager
def goods(context: BenchContext, count: int, quantity: int = PLENTY, buckets: int = 1) -> Iterator[list[str]]:
    """SKUs of products made for the bench, which leave the shop afterwards; their orders stay in the books."""
    owner = Owner(context)
    made: list[str] = []
    try:
        skus = [_make(context, owner, made, quantity, buckets) for _ in range(count)]
        context.settle()
        yield skus
    finally:
        for product_id in made:
            owner.call("DELETE", f"/api/v1/admin/products/{product_id}")
        owner.logout()


def _make(context: BenchContext, owner: Owner, made: list[str], quantity: int, buckets: int) -> str:
    sku = f"BENCH-{uuid4().hex[:12]}"
    body = {
        "sku": sku,
        "title": f"Bench loudspeaker {sku[6:]}",
        "brand": "Lumen",
        "category": "Bench > Loudspeakers",
        "price": {"amount": 4999, "currency": context.shop.currency},
        "quantity": quantity,
    }
    made.append(str(owner.call("POST", "/api/v1/admin/products", body)["id"]))
    if buckets > 1:
        owner.call("PUT", f"/api/v1/admin/inventory/{sku}/buckets", {"buckets": buckets}, {"Idempotency-Key": sku})
    return sku


def shoppers(context: BenchContext, skus: Sequence[str], seconds: float, env: Mapping[str, str]) -> Load:
    """Run shoppers through the edge; `env` says how many and how far they go."""
    with json_file(list(skus)) as file:
        return run_script("orders.js", {"BASE": context.edge_url, "SKUS_FILE": file, **env}, seconds)


def stack_cpu(spent: Spent) -> float:
    """CPU seconds of the stack, the sandbox apart: it stands for somebody else's machine."""
    return spent.cpu - spent.groups.get(SANDBOX, 0.0)


def figures(load: Load, spent: Spent, units: int) -> dict[str, float]:
    """What stands below the table for a row of selling; CPU in milliseconds a unit."""
    busiest = sorted(spent.groups.items(), key=lambda item: -item[1])[:5]
    return {
        "p50 ms": load.p50,
        "p95 ms": load.p95,
        "p99 ms": load.p99,
        **{f"{name} ms": per_unit_ms(cpu, units) for name, cpu in busiest},
        "k6 ms": per_unit_ms(load.generator_cpu_seconds, units),
        "machine busy %": spent.busy * 100,
    }


def remarks(load: Load) -> list[str]:
    """What a reader must know before believing the figures."""
    notes = []
    if load.failed or load.counts["surprises"]:
        notes.append(
            f"{load.failed} requests failed, {load.counts['surprises']} were refused for another reason than stock"
        )
    if load.dropped:
        notes.append(f"k6 could not start {load.dropped} shoppers in time: the latencies are too good")
    return notes
