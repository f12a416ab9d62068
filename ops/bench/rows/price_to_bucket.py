"""From the commit of a price to its object in the bucket, at fifty changes a second."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

import msgspec

from edge.store import BotoStore, ObjectHead
from kernel.settings import StoreSettings, load
from ops.bench.accounting import Spent, spending
from ops.bench.context import BenchContext, Sample
from ops.bench.figures import per_unit_ms, percentile
from ops.bench.load import Load, json_file, run_script
from ops.bench.queries import SELECT_DATABASE_TIME, SELECT_FRESHNESS
from ops.bench.rates import BUSY_MAX
from ops.bench.row import Check, Measurement, Row, RowUnavailableError
from ops.bench.staff import Owner, changing_prices

RATE: Final = 50
LOWER_RATES: Final = (25, 12)
LOAD_SECONDS: Final = 10
BUSIEST_SHOWN: Final = 5
HEADS: Final = 50
"""Objects asked of the bucket itself: does it hold what our table says it holds?"""


def run(context: BenchContext) -> Measurement:
    """Fifty changes a second; where a busy machine does not hold that, lower rates are noted too."""
    measured, busy = _attempt(context, RATE)
    notes = list(measured.notes)
    for rate in LOWER_RATES:
        if measured.passed or busy <= BUSY_MAX:
            break
        lower, busy = _attempt(context, rate)
        shown = ", ".join(f"{check.what} {check.value:.2f} {check.unit}" for check in lower.checks)
        notes.append(f"at {rate}/s: {shown}, machine {busy:.0%} busy")
        if lower.passed:
            break
    return msgspec.structs.replace(measured, notes=notes)


def _attempt(context: BenchContext, wanted: int) -> tuple[Measurement, float]:
    """Another product a change, so that each has an object and a time of its own; and how busy it was."""
    context.settle()
    seconds = context.seconds(LOAD_SECONDS)
    samples = context.sample(wanted * seconds)
    rate = min(wanted, max(1, len(samples) // seconds))
    with changing_prices(context, samples) as owner:
        since = _database_time(context)
        with spending(context.processes()) as spent:
            load = _change(context, owner, samples, rate, seconds)
            complete = context.settle()
        fresh = _freshness(context, samples, since)
        differing = _heads(context, fresh)
    context.settle()
    return _measurement(load, spent, [age for _, _, age in fresh.values()], complete, differing), spent.busy


def _change(context: BenchContext, owner: Owner, samples: list[Sample], rate: int, seconds: int) -> Load:
    changes = [
        {
            "product_id": product.id,
            "sku": product.sku,
            "amount": product.amount_minor + 1,
            "currency": product.currency,
        }
        for product in samples
    ]
    with json_file(changes) as file:
        env = {"BASE": context.edge_url, "TOKEN": owner.token, "CHANGES_FILE": file, "RUN": uuid.uuid4().hex}
        return run_script("prices.js", {**env, "RATE": str(rate), "DURATION": f"{seconds}s"}, seconds)


def _database_time(context: BenchContext) -> datetime:
    with context.database.snapshot() as conn:
        row = conn.execute(SELECT_DATABASE_TIME).fetchone()
    assert row is not None
    now: datetime = row[0]
    return now


def _freshness(context: BenchContext, samples: list[Sample], since: datetime) -> dict[str, tuple[str, int, float]]:
    parameters = {"ids": [product.id for product in samples], "since": since}
    with context.database.snapshot() as conn:
        rows = conn.execute(SELECT_FRESHNESS, parameters).fetchall()
    if not rows:
        raise RowUnavailableError("no changed price reached the bucket within a minute")
    return {product: (key, version, age) for product, version, key, age in rows}


def _heads(context: BenchContext, fresh: dict[str, tuple[str, int, float]]) -> int:
    """How many of some changed objects are older in the bucket than our table says."""
    (settings,) = load(StoreSettings, env=context.env)
    store = BotoStore(settings)
    asked = list(fresh.values())[:: max(1, len(fresh) // HEADS)]
    return sum(_version(store.head(key)) < version for key, version, _ in asked)


def _version(head: ObjectHead | None) -> int:
    return int(head.metadata.get("version", "-1")) if head else -1


def _measurement(load: Load, spent: Spent, ages: list[float], complete: bool, differing: int) -> Measurement:
    notes = [f"{load.requests} changes at {load.rate:.0f}/s, {len(ages)} objects timed"]
    if load.failed or load.dropped:
        notes.append(f"{load.failed} changes failed, {load.dropped} were never started")
    if not complete or len(ages) < load.requests - load.failed:
        notes.append("not every change reached the bucket within a minute")
    if differing:
        notes.append(f"{differing} of {HEADS} objects asked are older in the bucket than our table says")
    busiest = sorted(spent.groups.items(), key=lambda item: -item[1])[:BUSIEST_SHOWN]
    judged = ages if complete and not differing else []
    return Measurement(
        checks=[
            Check(what="p95", value=percentile(judged, 95) / 1000, unit="s", target=0.7),
            Check(what="p99", value=percentile(judged, 99) / 1000, unit="s", target=2.0),
        ],
        figures={
            "p50 ms": percentile(ages, 50),
            "max ms": max(ages),
            "command p95 ms": load.p95,
            "CPU ms a change": per_unit_ms(spent.cpu, load.requests),
            **{f"{name} ms": per_unit_ms(cpu, load.requests) for name, cpu in busiest},
            "k6 ms": per_unit_ms(load.generator_cpu_seconds, load.requests),
            "machine busy %": spent.busy * 100,
        },
        notes=notes,
    )


ROW = Row("price-to-bucket", "price commit to the bucket's object, 50 changes/s", run)
