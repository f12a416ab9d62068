"""`techmart bench`: measure the live stack."""

from __future__ import annotations

import os
import platform
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from types import FrameType
from typing import Any

import click
import psutil
from rich.console import Console

from kernel.clock import utc_now
from ops.bench import registry, report
from ops.bench.context import BenchContext
from ops.bench.http import AnswerError
from ops.bench.load import LoadError
from ops.bench.row import Row, RowUnavailableError
from ops.bench.running import running_context
from ops.stack.errors import StackError


@click.command("bench")
@click.argument("names", nargs=-1, metavar="[ROW]…")
@click.option("--scale", is_flag=True, help="Loads of five minutes instead of some seconds.")
@click.option("--list", "listing", is_flag=True, help="Name the rows.")
def command(names: tuple[str, ...], scale: bool, listing: bool) -> None:
    """Measure the running stack: all rows, or those named. Exit 0 when every target is reached."""
    if listing:
        for row in registry.ROWS:
            click.echo(f"{row.name:<16} {row.description}")
        return
    try:
        rows = registry.chosen(names)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    console, errors = Console(), Console(stderr=True)
    try:
        context = running_context(scale=scale, say=lambda text: errors.print(f"  {text}", highlight=False))
    except StackError as error:
        raise click.UsageError(str(error)) from error
    # A plain end would leave prices changed and servers running: unwind instead.
    signal.signal(signal.SIGTERM, _interrupt)
    at, outcomes = utc_now(), []
    try:
        for row in rows:
            errors.print(f"{row.name}: {row.description}", highlight=False)
            outcomes.append((row, _measure(row, context)))
    finally:
        context.close()
        if outcomes:
            _report(outcomes, context, at, console, errors)
    sys.exit(0 if all(not isinstance(outcome, str) and outcome.passed for _, outcome in outcomes) else 1)


def _report(
    outcomes: Sequence[tuple[Row, report.Outcome]],
    context: BenchContext,
    at: datetime,
    console: Console,
    errors: Console,
) -> None:
    report.print_table(outcomes, console)
    document = report.as_document(outcomes, at, _machine())
    errors.print(f"written to {report.write_file(document, context.home / 'bench', at)}", highlight=False)


def _measure(row: Row, context: BenchContext) -> report.Outcome:
    try:
        return row.run(context)
    except (RowUnavailableError, LoadError, AnswerError) as error:
        return str(error)


def _machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_average": os.getloadavg()[0],
    }


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
