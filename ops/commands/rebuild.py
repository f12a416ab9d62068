"""`techmart rebuild`: make documents and objects again, in place, while everything serves."""

from __future__ import annotations

import os
import sys

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from kernel.database import SyncDatabase
from kernel.settings import DatabaseSettings, load
from ops.verify import repairs
from ops.verify.audit import Context
from ops.verify.audits.bucket import unlike_record
from workers.rebuilding import DOCUMENTS, publish_again, rebuild

OBJECTS = "objects"


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]…")
@click.option("--all", "everything", is_flag=True, help="Publish every object again, not only those that differ.")
def command(names: tuple[str, ...], everything: bool) -> None:
    """Rebuild what is named, or everything: products, offers, categories, navigation, lists, home, sitemap, objects.

    What is equal keeps its version and is published by nobody; damage behind the project's back is found by comparing
    every document with its sources, and every object of the bucket with its record.
    """
    known = [*DOCUMENTS, OBJECTS]
    if unknown := sorted(set(names) - set(known)):
        click.echo(f"techmart: there is no {', '.join(unknown)} to rebuild; there are {', '.join(known)}", err=True)
        sys.exit(2)
    (settings,) = load(DatabaseSettings)
    database = SyncDatabase(settings, size=2)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        with Progress(*columns) as progress:
            for name in DOCUMENTS:
                if not names or name in names:
                    _rebuild(database, name, progress)
    finally:
        database.close()
    if not names or OBJECTS in names:
        _publish(everything=everything)


def _publish(*, everything: bool) -> None:
    """Owe the publishers what is recorded otherwise than it should be, then what stands there otherwise than recorded."""
    context = Context(os.environ)
    try:
        asked = publish_again(context.database, everything=everything)
        unlike = unlike_record(context)
        repairs.publish_again(context, unlike)
    finally:
        context.close()
    click.echo(f"{asked} documents are published again in the background")
    click.echo(f"{len(unlike)} objects of the bucket are not as recorded and are put again")


def _rebuild(database: SyncDatabase, name: str, progress: Progress) -> None:
    task = progress.add_task(name, total=None)
    count = rebuild(database, name, lambda _, done, total: progress.update(task, completed=done, total=total))
    progress.update(task, completed=count, total=count)
