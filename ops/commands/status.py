"""`techmart status`: what runs, what is owed, how far the replica is behind."""

from __future__ import annotations

import json
from typing import Any

import click
import psutil
import psycopg
from rich.console import Console
from rich.table import Table

from kernel.settings import DatabaseSettings, load
from ops.stack.environment import home_folder
from ops.stack.queries import DELIVERIES, REPLICA_LAG


@click.command()
@click.option("--json", "as_json", is_flag=True, help="print one JSON object")
def command(as_json: bool) -> None:
    """Show processes, deliveries and replica lag of the running stack."""
    status = gather()
    if as_json:
        click.echo(json.dumps(status))
    else:
        _print(status)


def gather() -> dict[str, Any]:
    """The status as `--json` prints it; figures of a database that does not answer are null."""
    (settings,) = load(DatabaseSettings)
    kept = json.loads((home_folder() / "status.json").read_text())
    return {
        "processes": [_alive(process) for process in kept["processes"]],
        "deliveries": _one(settings.database_direct_url, DELIVERIES, ("undone", "dead", "oldest_seconds")),
        "replica_lag_seconds": (_one(settings.database_read_url, REPLICA_LAG, ("seconds",)) or {}).get("seconds"),
        "data": kept["data"],
    }


def _alive(process: dict[str, Any]) -> dict[str, Any]:
    if process["state"] == "ready" and not psutil.pid_exists(process["pid"]):
        return {**process, "state": "stopped"}
    return process


def _one(url: str, statement: str, names: tuple[str, ...]) -> dict[str, Any] | None:
    try:
        with psycopg.connect(url, connect_timeout=2, autocommit=True) as conn:
            row = conn.execute(statement).fetchone()
    except psycopg.Error:
        return None
    return dict(zip(names, row or (), strict=True))


def _print(status: dict[str, Any]) -> None:
    console = Console()
    table = Table("process", "pid", "state", "restarts")
    for process in status["processes"]:
        colour = "green" if process["state"] == "ready" else "red"
        table.add_row(
            process["name"], str(process["pid"]), f"[{colour}]{process['state']}[/]", str(process["restarts"])
        )
    console.print(table)
    owed = status["deliveries"]
    if owed is None:
        console.print("deliveries: the primary does not answer")
    else:
        console.print(
            f"deliveries: {owed['undone']} undone, {owed['dead']} dead, oldest {owed['oldest_seconds']:.1f} s"
        )
    lag = status["replica_lag_seconds"]
    console.print("replica: does not answer" if lag is None else f"replica: {lag:.2f} s behind")
    if status["data"]:
        console.print(f"databases and programs: {status['data']} (their user cannot reach the state folder)")
