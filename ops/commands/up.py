"""`techmart up`: the stack in the foreground."""

from __future__ import annotations

import sys

import click

from ops.stack.environment import home_folder
from ops.stack.errors import StackError


@click.command()
def command() -> None:
    """Start every part, print the ready line, stay in the foreground until SIGINT or SIGTERM."""
    import psycopg

    from kernel.settings import SettingsError
    from migrations.runner import MigrationError
    from ops.stack.up import run

    try:
        run(home_folder())
    except (StackError, SettingsError, MigrationError, psycopg.Error) as error:
        click.echo(f"techmart: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        click.echo(f"techmart: {error.strerror or error}: {error.filename or home_folder()}", err=True)
        sys.exit(1)
