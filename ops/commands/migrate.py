"""`techmart migrate`: bring the schema up to date."""

from __future__ import annotations

import sys

import click

from kernel.settings import DatabaseSettings, load


@click.command()
def command() -> None:
    """Run the migrations that the database lacks, on a direct connection."""
    from migrations.runner import MigrationError, migrate

    (settings,) = load(DatabaseSettings)
    try:
        applied = migrate(settings.database_direct_url)
    except MigrationError as error:
        click.echo(f"techmart: {error}", err=True)
        sys.exit(1)
    for name in applied:
        click.echo(f"applied {name}")
    if not applied:
        click.echo("the schema is up to date")
