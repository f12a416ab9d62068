"""`techmart import`: a product feed into the shop, to the last page at the edge."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import click
import msgspec

from kernel.database import SyncDatabase
from kernel.settings import DatabaseSettings, ShopSettings, load
from ops.progress import Bar
from ops.waiting import wait_for_edge
from write_side.catalog.feed.formats import FORMATS
from write_side.catalog.feed.opening import Feed, FeedError, open_feed
from write_side.catalog.feed.reading import rows
from write_side.catalog.feed.rows import Reject
from write_side.catalog.importing.apply import OnReject, run
from write_side.catalog.importing.runs import ImportRunningError, Progress


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
        with open_feed(file, wanted) as feed, _rejects_file(file, rejects) as out:
            progress = _apply(feed, out.reject)
    except (FeedError, ImportRunningError) as error:
        click.echo(f"techmart: {error}", err=True)
        sys.exit(2)
    click.echo(f"{_summary(progress)}, in {time.monotonic() - began:.1f} s")
    if not no_wait:
        wait_for_edge()
        click.echo(f"the last page stands at the edge after {time.monotonic() - began:.1f} s")
    if progress.rejected:
        click.echo(f"rejected rows are in {out.path}", err=True)
        sys.exit(1)


def _summary(progress: Progress) -> str:
    return (
        f"{progress.read} rows read: {progress.created} created, {progress.updated} updated, "
        f"{progress.same} unchanged, {progress.rejected} rejected"
    )


@dataclass
class _Rejects:
    """The open rejects file, a line for each row."""

    path: Path
    stream: IO[bytes]
    count: int = 0

    def reject(self, row: Reject) -> None:
        self.count += 1
        self.stream.write(msgspec.json.encode(row) + b"\n")


@contextmanager
def _rejects_file(file: str, wanted: Path | None) -> Iterator[_Rejects]:
    """The rejects file, opened before the first row is taken; without rejects there is none afterwards."""
    name = "stdin" if file == "-" else file
    beside = Path(f"{name}.rejects.jsonl").absolute()
    out = _open_first([wanted.absolute()] if wanted else [beside, Path.cwd() / beside.name], Path(file).absolute())
    try:
        yield out
    finally:
        out.stream.close()
        if not out.count:
            out.path.unlink()


def _open_first(candidates: Sequence[Path], feed: Path) -> _Rejects:
    for path in candidates:
        if path == feed:
            raise FeedError(f"{path} is the feed itself; name another file with --rejects")
        try:
            return _Rejects(path, path.open("wb"))
        except OSError as error:
            refused = error
    raise FeedError(f"{candidates[-1]} cannot be written: {refused.strerror}; name another file with --rejects")


def _apply(feed: Feed, on_reject: OnReject) -> Progress:
    database_settings, shop = load(DatabaseSettings, ShopSettings)
    database = SyncDatabase(database_settings, size=2)
    try:
        with Bar("rows", feed.size) as bar:
            return run(
                database,
                feed.source,
                rows(feed),
                shop.currency,
                on_reject=on_reject,
                on_chunk=lambda progress: bar.show(feed.position, _note(progress)),
            )
    finally:
        database.close()


def _note(progress: Progress) -> str:
    parts = {"applied": progress.applied, "unchanged": progress.same, "rejected": progress.rejected}
    return ", ".join(f"{count} {name}" for name, count in parts.items() if count or name == "applied")
