"""`techmart import`: a product feed into the shop, to the last page at the edge."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path
from typing import Any

import click
import msgspec

from kernel.database import SyncDatabase
from kernel.settings import DatabaseSettings, ShopSettings, load
from ops.progress import Bar
from ops.waiting import wait_for_edge
from write_side.catalog.feed.formats import FORMATS
from write_side.catalog.feed.reading import Feed, FeedError, open_feed, rows
from write_side.catalog.feed.rows import Reject
from write_side.catalog.importing.apply import ImportRunningError, Progress, run


@click.command("import")
@click.argument("file", metavar="FILE")
@click.option("--format", "wanted", type=click.Choice(sorted(FORMATS)), help="Guessed by the first line when left out.")
@click.option(
    "--rejects", type=click.Path(path_type=Path), help="Where rejected rows go; FILE.rejects.jsonl when left out."
)
@click.option(
    "--no-wait", is_flag=True, help="Return when the rows are stored, not when the last page stands at the edge."
)
def command(file: str, wanted: str | None, rejects: Path | None, no_wait: bool) -> None:
    """Take in a product feed: Icecat, our JSON Lines or CSV, gzipped too; `-` reads standard input.

    An equal row changes nothing; an import that was interrupted is finished by running it again. Exit status 1 when
    rows were rejected, 2 when the file cannot be read.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    try:
        with open_feed(file, wanted) as feed:
            progress = _apply(feed, rejects or _beside(file))
    except (FeedError, ImportRunningError) as error:
        click.echo(f"techmart: {error}", err=True)
        sys.exit(2)
    stored = time.monotonic() - began
    click.echo(
        f"{progress.read} rows read: {progress.created} created, {progress.updated} updated, {progress.same} unchanged, "
        f"{progress.rejected} rejected, in {stored:.1f} s"
    )
    if progress.applied and not no_wait:
        wait_for_edge()
        click.echo(f"the last page stands at the edge after {time.monotonic() - began:.1f} s")
    if progress.rejected:
        click.echo(f"rejected rows are in {rejects or _beside(file)}", err=True)
        sys.exit(1)


def _beside(file: str) -> Path:
    name = "stdin" if file == "-" else Path(file).name
    return Path(f"{name}.rejects.jsonl")


def _apply(feed: Feed, rejects: Path) -> Progress:
    database_settings, shop = load(DatabaseSettings, ShopSettings)
    database = SyncDatabase(database_settings, size=2)
    out: Any = None

    def reject(row: Reject) -> None:
        nonlocal out
        out = out or rejects.open("wb")
        out.write(msgspec.json.encode(row) + b"\n")

    try:
        with Bar("rows", feed.size) as bar:
            return run(
                database,
                feed.source,
                rows(feed),
                shop.currency,
                on_reject=reject,
                on_chunk=lambda progress: bar.show(feed.position, f"{progress.read} rows"),
            )
    finally:
        if out:
            out.close()
        database.close()
