"""`techmart verify`: prove the live stack right."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console

from ops.verify import registry, report
from ops.verify.audit import Context, Progress
from ops.verify.runner import verify as run_audits


@click.command("verify")
@click.argument("names", nargs=-1, metavar="[NAME]…")
@click.option("--full", is_flag=True, help="Render every object again, not 500 of them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout, nothing else.")
@click.option("--repair", is_flag=True, help="Ask for what differs to be made again.")
@click.option("--list", "listing", is_flag=True, help="Name the audits.")
def command(names: tuple[str, ...], full: bool, as_json: bool, repair: bool, listing: bool) -> None:
    """Audit the running stack: all audits, or those named. Exit 0 only when none finds anything."""
    if listing:
        for audit in registry.AUDITS:
            click.echo(f"{audit.name:<14} {audit.description}")
        return
    try:
        audits = registry.chosen(names)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    errors = Console(stderr=True)
    with _progress(errors) as progress:
        context = Context(os.environ, full=full, progress=progress)
        try:
            verdicts = run_audits(audits, context, repair=repair)
        finally:
            context.close()
    if as_json:
        click.echo(report.as_json(verdicts))
    else:
        report.print_table(verdicts, Console())
    report.print_samples(verdicts, errors)
    sys.exit(0 if report.all_green(verdicts) else 1)


@contextmanager
def _progress(console: Console) -> Iterator[Progress]:
    """A line that says what is being looked at; nothing where stderr is no terminal."""
    if not console.is_terminal:
        yield lambda _what, _done, _total: None
        return
    with console.status("looking") as status:

        def show(what: str, done: int, total: int | None) -> None:
            status.update(f"{what} {done:,}/{total:,}" if total else what)

        yield show
