"""How a stack is: what its supervisor noted, what its databases say, and what is wrong in sentences."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Final, LiteralString

import msgspec
import psutil
import psycopg

from ops.stack.environment import no_stack, settings_of
from ops.stack.errors import StackError
from ops.stack.notes import Notes, ProcessNote, read_notes
from ops.stack.pids import remaining, same
from ops.stack.ports import holder
from ops.stack.problems import problems
from ops.stack.queries import DELIVERIES, REPLICA

MOMENT_SECONDS: Final = 0.5


def gather(home: Path, edge_port: int) -> dict[str, Any]:
    """The status as `techmart status --json` prints it; figures of a database that does not answer are null.

    `problems` are sentences. Raises `StackError` where nothing runs in `home`, with whoever holds `edge_port` meanwhile,
    or where its files cannot be read.
    """
    notes = read_notes(home / "status.json")
    settings = settings_of(home)
    if notes is None:
        raise no_stack(home, _taken(edge_port))
    supervised = same(notes.supervisor, notes.began) is not None
    left = {process.pid for process in remaining(home / "pids.json")}
    if not supervised and not left:
        died = any(process.state != "stopped" for process in notes.processes)
        raise no_stack(home, (": its supervisor died, and its processes with it" if died else "") + _taken(edge_port))
    status = {
        **msgspec.to_builtins(notes),
        "home": str(home),
        "supervised": supervised,
        "settings": settings is not None,
        "processes": [_process(process, notes, supervised, left) for process in notes.processes],
        "deliveries": _one(settings, "TECHMART_DATABASE_DIRECT_URL", DELIVERIES, ("undone", "dead", "oldest_seconds")),
        **_replica(settings),
    }
    return {**status, "problems": problems(status)}


def _taken(port: int) -> str:
    found = holder(port)
    return f", and its port {port} is taken by {found}" if found else ""


def _process(process: ProcessNote, notes: Notes, supervised: bool, left: set[int]) -> dict[str, Any]:
    """One process as it is now, and who holds a port of it while it is down."""
    state, ours = process.state, notes.supervisor if supervised else None
    if not supervised:
        state = "left over" if process.pid in left else "stopped"
    elif state == "ready" and not (process.pid and psutil.pid_exists(process.pid)):
        state = "stopped"
    taken = [f"{port} is taken by {by}" for port in process.ports if process.failures and (by := holder(port, ours))]
    return {**msgspec.to_builtins(process), "state": state, "taken": taken[0] if taken else None}


def _replica(settings: dict[str, str] | None) -> dict[str, Any]:
    """What the replica says. After a pause the first word is milliseconds on its way, and the last one long ago: looked at a
    moment later, what was on its way has arrived.
    """
    found = _one(settings, "TECHMART_DATABASE_READ_URL", REPLICA, ("seconds", "streaming")) or {}
    if (found.get("seconds") or 0) > MOMENT_SECONDS:
        time.sleep(MOMENT_SECONDS)
        found = _one(settings, "TECHMART_DATABASE_READ_URL", REPLICA, ("seconds", "streaming")) or {}
    return {"replica_lag_seconds": found.get("seconds"), "replica_streaming": found.get("streaming")}


def _one(
    settings: dict[str, str] | None, url: str, statement: LiteralString, names: tuple[str, ...]
) -> dict[str, Any] | None:
    if settings is None:
        return None
    try:
        with psycopg.connect(settings[url], connect_timeout=2, autocommit=True) as conn:
            row = conn.execute(statement).fetchone()
    except psycopg.Error:
        return None
    except KeyError as error:
        raise StackError(f"stack.json names no {error.args[0]}; the next start of the stack writes it anew") from error
    return dict(zip(names, row or (), strict=True))
