"""A whole feed into an empty shop, to its last page at the edge."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from ops.bench.accounting import pss_by_group, spending
from ops.bench.context import BenchContext, Sample
from ops.bench.feed import feed_file
from ops.bench.figures import per_unit_ms
from ops.bench.http import Client
from ops.bench.queries import COUNT_PRODUCTS, SELECT_UNPUBLISHED
from ops.bench.row import Check, Measurement, Row, RowUnavailableError
from ops.bench.running import running_context
from ops.bench.side_stack import SideStack, side_stack

SECONDS_MAX: Final = 120.0
REAL_PRODUCTS: Final = 19_406
"""CONTRACT's feed; the target of a smaller one is the same rate."""

WAIT_SECONDS: Final = 600
POLL_SECONDS: Final = 0.25
LAST_PAGES: Final = 20
SEEDED: Final = 2000


def run(context: BenchContext) -> Measurement:
    """A second stack, one locale, no demo products: import, wait for the last page, import again."""
    feed = feed_file()
    context.say("starting a second, empty stack")
    with side_stack({"TECHMART_LOCALES": "en-us", "TECHMART_DEMO": "off"}) as side, _inside(side) as inside:
        arguments = ["seed", "--products", str(SEEDED)]
        if feed:
            arguments = ["import", "--format", "icecat", str(feed)]
        context.say(f"importing {feed or f'{SEEDED} seeded products: no feed found'}")
        with spending(inside.processes()) as spent:
            command_cpu, applied, published = _import_to_the_edge(side, inside, arguments)
        products = _count_products(inside)
        memory = sum(pss_by_group(inside.processes()).values())
        context.say("importing the same again")
        again = _again(side, inside, arguments)
    target = SECONDS_MAX * products / REAL_PRODUCTS if products < REAL_PRODUCTS / 2 else SECONDS_MAX
    return Measurement(
        checks=[Check(what="to the last page at the edge", value=published, unit="s", target=target)],
        figures={
            "products": products,
            "command s": applied,
            "again s": again,
            "CPU ms a product": per_unit_ms(spent.cpu + command_cpu, products),
            "PSS after GB": memory / 1e9,
            "machine busy %": spent.busy * 100,
        },
        notes=[f"{feed.name if feed else 'seeded products'}, one locale, into an empty stack"],
    )


@contextmanager
def _inside(side: SideStack) -> Iterator[BenchContext]:
    inside = running_context(side.home)
    try:
        yield inside
    finally:
        inside.close()


def _import_to_the_edge(side: SideStack, inside: BenchContext, arguments: list[str]) -> tuple[float, float, float]:
    """CPU of the command, seconds until it ended, seconds until everything is published and served."""
    started = time.monotonic()
    command = side.command(*arguments)
    ended: float | None = None
    cpu = 0.0
    while time.monotonic() - started < WAIT_SECONDS:
        if ended is None:
            with spending({"import": [command.pid]}) as spent:
                time.sleep(POLL_SECONDS)
            cpu += max(spent.cpu, 0.0)
            ended = time.monotonic() - started if command.poll() is not None else None
        elif not inside.undone() and not _unpublished(inside):
            _require_last_pages(inside)
            return cpu, ended, time.monotonic() - started
        else:
            time.sleep(POLL_SECONDS)
    command.terminate()
    raise RowUnavailableError(f"the import was not at the edge within {WAIT_SECONDS} s")


def _again(side: SideStack, inside: BenchContext, arguments: list[str]) -> float:
    started = time.monotonic()
    side.command(*arguments).wait(WAIT_SECONDS)
    inside.settle()
    return time.monotonic() - started


def _unpublished(inside: BenchContext) -> int:
    with inside.database.snapshot() as conn:
        (count,) = conn.execute(SELECT_UNPUBLISHED).fetchone() or (0,)
    return int(count)


def _count_products(inside: BenchContext) -> int:
    with inside.database.snapshot() as conn:
        (count,) = conn.execute(COUNT_PRODUCTS).fetchone() or (0,)
    return int(count)


def _require_last_pages(inside: BenchContext) -> None:
    """The last word is the edge's: pages of some products are asked there."""
    client = Client(inside.edge_url)
    for product in inside.sample(LAST_PAGES):
        for path in _addresses(inside, product):
            status = client.get(path).status
            if status != 200:
                raise RowUnavailableError(f"{path} answered {status} after everything was published")


def _addresses(inside: BenchContext, product: Sample) -> list[str]:
    return [f"/{inside.locale}/p/{product.slug}", f"/catalog/{inside.locale}/products/{product.slug}.json"]


ROW = Row("import", "a feed into an empty shop, to the last page at the edge", run)
