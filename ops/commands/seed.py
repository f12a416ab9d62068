"""`techmart seed`: a made-up shop."""

from __future__ import annotations

import sys
import time

import click

from edge import keys
from edge.store import SigningStore
from kernel.database import SyncDatabase
from kernel.settings import DatabaseSettings, ShopSettings, StoreSettings, load
from ops.progress import Bar
from ops.seeding.pictures import pictures
from ops.seeding.products import products
from ops.waiting import wait_for_edge
from write_side.catalog.importing.apply import run
from write_side.catalog.importing.runs import ImportRunningError, Progress

PRODUCTS_MAX = 1_000_000


@click.command()
@click.option("--products", "count", type=click.IntRange(1, PRODUCTS_MAX), required=True, help="How many products.")
@click.option("--orders", type=click.IntRange(0), default=0, help="How many orders.")
@click.option("--no-publish", is_flag=True, help="Store rows alone; techmart rebuild makes the documents later.")
def command(count: int, orders: int, no_publish: bool) -> None:
    """Fill the shop with plausible electronics: the same number gives the same shop."""
    if orders:
        click.echo("techmart: this release sells nothing yet, so it cannot seed orders", err=True)
        sys.exit(2)
    began = time.monotonic()
    try:
        progress = seed(count, announce=not no_publish)
    except ImportRunningError as error:
        click.echo(f"techmart: {error}", err=True)
        sys.exit(2)
    click.echo(f"{progress.created} products created, {progress.updated} updated, {progress.same} unchanged")
    if progress.applied and not no_publish:
        wait_for_edge()
    click.echo(f"done in {time.monotonic() - began:.1f} s")


def seed(count: int, *, announce: bool = True) -> Progress:
    """Store the first `count` products and publish their pictures."""
    database_settings, shop, store_settings = load(DatabaseSettings, ShopSettings, StoreSettings)
    publish_pictures(SigningStore(store_settings, connections=2))
    database = SyncDatabase(database_settings, size=2)
    try:
        with Bar("products", count) as bar:
            return run(
                database,
                seed_name(count),
                enumerate(products(count), 1),
                shop.currency,
                on_reject=lambda reject: click.echo(f"line {reject.line}: {reject.field} {reject.reason}", err=True),
                on_chunk=lambda progress: bar.show(progress.read),
                announce=announce,
            )
    finally:
        database.close()


def seed_name(count: int) -> str:
    """What the run of a seed is called."""
    return f"seed of {count}"


def publish_pictures(store: SigningStore) -> None:
    """Put the drawn pictures; they never change under their names."""
    for name, body in pictures():
        target = keys.media(name, "image/svg+xml")
        store.put(target.key, body, content_type=target.content_type, cache_control=target.cache.header, metadata={})
