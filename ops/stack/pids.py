"""Processes of an earlier start that outlived their supervisor."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

from ops.stack.errors import StackError


def remember(file: Path, pids: Iterable[int]) -> None:
    """Write which processes run now, each with its start time so that a reused number is not mistaken for it."""
    kept = {}
    for pid in pids:
        try:
            kept[pid] = psutil.Process(pid).create_time()
        except psutil.NoSuchProcess:
            continue
    new = file.with_suffix(".new")
    new.write_text(json.dumps(kept))
    new.replace(file)


def end_remembered(file: Path) -> int:
    """End what the file names and still runs, with its children; return how many there were."""
    if not file.exists():
        return 0
    left = remaining(file)
    family = [*left, *(child for process in left for child in _children(process))]
    for process in family:
        _terminate(process)
    _, stubborn = psutil.wait_procs(family, timeout=10)
    for process in stubborn:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=5)
    file.unlink()
    return len(family)


def remaining(file: Path) -> list[psutil.Process]:
    """What the file names and still runs; nothing where there is no file. Raises `StackError` where it is damaged."""
    try:
        kept = json.loads(file.read_text() or "{}")
        return [process for pid, began in kept.items() if (process := same(int(pid), float(began)))]
    except FileNotFoundError:
        return []
    except (ValueError, AttributeError, TypeError) as error:
        raise StackError(f"{file} is damaged; delete it and start again") from error


def own_start() -> float:
    """When this process began, in Unix seconds."""
    return float(psutil.Process().create_time())


def same(pid: int, began: float) -> psutil.Process | None:
    """The process of this number if it began then (Unix seconds) and lives: no other that was given the number since, and
    none that is dead and that nobody has asked about yet."""
    try:
        process = psutil.Process(pid)
        dead = process.status() == psutil.STATUS_ZOMBIE
        return None if dead or abs(process.create_time() - began) >= 1 else process
    except psutil.NoSuchProcess:
        return None


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        found: list[psutil.Process] = process.children(recursive=True)
        return found
    except psutil.NoSuchProcess:  # it ends by itself right now: its supervisor's death told it to
        return []


def _terminate(process: psutil.Process) -> None:
    try:
        name = process.name()
        process.send_signal(2 if name == "postgres" else 15)
    except psutil.NoSuchProcess:
        return
