"""`techmart up`: the stack in the foreground."""

from __future__ import annotations

import sys
import traceback
from contextlib import suppress
from pathlib import Path

import click

from migrations.runner import MigrationError
from ops.cli import sentence
from ops.stack.environment import home_folder


@click.command()
def command() -> None:
    """Start every part, print the ready line, stay in the foreground until SIGINT or SIGTERM."""
    from ops.stack.up import run

    try:
        run(home_folder())
    except Exception as error:
        said = str(error) if isinstance(error, MigrationError) else sentence(error)
        if said is None:
            said = f"{type(error).__name__}: {error}; {_keep_details(home_folder() / 'log' / 'up.log')}"
        click.echo(f"techmart: {' '.join(said.split())}", err=True)
        sys.exit(1)


def _keep_details(file: Path) -> str:
    with suppress(OSError):
        file.write_text(traceback.format_exc())
        return f"the details are in {file}"
    return "its details could not be written"
