"""`techmart status`: where the stack is, what runs, what is owed, how far the replica is behind, what is wrong."""

from __future__ import annotations

import json
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from ops.stack.environment import home_folder
from ops.stack.status import gather
from ops.stack.topology import edge_port


@click.command()
@click.option("--json", "as_json", is_flag=True, help="print one JSON object")
def command(as_json: bool) -> None:
    """Show where the stack is, how its parts are and what is wrong; exit status 2 where none runs under a supervisor."""
    status = gather(home_folder(), edge_port())
    if as_json:
        click.echo(json.dumps(status))
    else:
        _print(status)
    if not status["supervised"]:
        raise click.exceptions.Exit(2)


def _print(status: dict[str, Any]) -> None:
    click.echo(f"home {status['home']}, edge {status['edge']}, commit {status['commit'][:12]}")
    if status["data"]:
        click.echo(f"databases and programs are in {status['data']}: their user cannot reach the home")
    if status["sockets"]:
        click.echo(f"the databases' sockets are in {status['sockets']}: the home's path is too long for them")
    Console().print(_table(status["processes"]))
    owed, lag = status["deliveries"], status["replica_lag_seconds"]
    if owed:
        click.echo(f"deliveries: {owed['undone']} undone, {owed['dead']} dead, oldest {owed['oldest_seconds']:.1f} s")
    if lag is not None:
        click.echo(f"replica: {lag:.2f} s behind")
    click.echo("\n".join(f"wrong: {problem}" for problem in status["problems"]) or "nothing is wrong")


def _table(processes: list[dict[str, Any]]) -> Table:
    table = Table("process", "pid", "state", "restarts")
    for process in processes:
        colour = "green" if process["state"] == "ready" else "red"
        pid = str(process["pid"] or "")
        table.add_row(process["name"], pid, f"[{colour}]{process['state']}[/]", str(process["restarts"]))
    return table
