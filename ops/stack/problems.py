"""What is wrong with a stack, one sentence each, for the person who looks after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ops.stack.process import last_words

LAG_SECONDS: Final = 10.0
"""Readers who wait for their own command are sent to the primary long before; so much is no passing delay."""
WORDS_MAX: Final = 300


def problems(status: Mapping[str, Any]) -> list[str]:
    """Sentences about a status as `gather` makes it; none where all is well."""
    if not status["supervised"]:
        return [_abandoned(status)]
    found = [] if status["ready"] else ["the stack is still starting, or stopping: not all of it serves"]
    if status["ready"] and not status["settings"]:
        found.append(f"{status['home']}/stack.json is gone, so no command finds the databases; start the stack again")
    if status["full_disk"]:
        found.append(f"the disk is nearly full under {status['full_disk']}: changes fail until there is room again")
    found += [said for process in status["processes"] if (said := _process(process, ready=status["ready"]))]
    return [*found, *(_databases(status) if status["settings"] else ())]


def _abandoned(status: Mapping[str, Any]) -> str:
    left = [f"{p['name']} ({p['pid']})" for p in status["processes"] if p["state"] == "left over"]
    return (
        f"the supervisor died and nobody looks after what remains: {', '.join(left)}; "
        "make up ends these and starts the stack anew"
    )


def _process(process: Mapping[str, Any], *, ready: bool) -> str | None:
    """A process that starts for the first time is no problem while the stack itself starts."""
    name, log = process["name"], process["log"]
    if process["state"] == "ready" or not (ready or process["failures"]):
        return None
    if process["taken"]:
        return f"{name} cannot start: its port {process['taken']}; see {log}"
    if not process["failures"]:
        return f"{name} is {process['state']}; see {log}"
    words = "".join(last_words(Path(log), 1))[:WORDS_MAX] or "nothing"
    crashes = "once" if process["failures"] == 1 else f"{process['failures']} times in a row"
    return f"{name} crashed {crashes} and is started again after a pause; its last words: {words}; see {log}"


def _databases(status: Mapping[str, Any]) -> Iterator[str]:
    owed, lag = status["deliveries"], status["replica_lag_seconds"]
    if status["ready"] and owed is None:
        yield "the primary does not answer: nothing can be changed"
    if owed and owed["dead"]:
        yield (
            f"{owed['dead']} deliveries are dead, so something served is out of date: techmart verify deliveries says why, "
            "with --repair it has them tried again"
        )
    if status["ready"] and status["replica_streaming"] is None:
        yield "the replica does not answer: pages are served, what is asked of the read API is not"
    elif status["replica_streaming"] is False:
        log = next((p["log"] for p in status["processes"] if p["name"] == "postgres-replica"), "its log")
        yield f"the replica does not stream from the primary, what it answers grows old; see {log}"
    elif lag and lag > LAG_SECONDS:
        yield f"the replica is {lag:.0f} s behind"
