"""CPU and memory of the stack's processes, from /proc.

CPU of a process counts its reaped children too: a Postgres backend that ended between two looks is in its
postmaster's account. The machine's own figures tell how much room was left.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

PROC = Path("/proc")


def tree(roots: Iterable[int]) -> list[psutil.Process]:
    """These processes and all their living descendants, each once."""
    found: dict[int, psutil.Process] = {}
    for root in roots:
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(root)
            for member in (process, *process.children(recursive=True)):
                found[member.pid] = member
    return list(found.values())


def cpu_seconds(roots: Iterable[int]) -> float:
    """User and system seconds that these trees have used, children that ended included."""
    total = 0.0
    for process in tree(roots):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def cpu_by_root(roots: dict[str, list[int]]) -> dict[str, float]:
    """CPU seconds of each named group of trees."""
    return {name: cpu_seconds(pids) for name, pids in roots.items()}


def pss_bytes(roots: Iterable[int]) -> int:
    """Proportional set size of these trees: memory shared by n processes counts 1/n in each."""
    total = 0
    for process in tree(roots):
        with contextlib.suppress(OSError):
            total += parse_pss((PROC / str(process.pid) / "smaps_rollup").read_text())
    return total


def parse_pss(rollup: str) -> int:
    """The `Pss:` line of a smaps_rollup, in bytes; 0 where there is none (a kernel thread, a zombie)."""
    for line in rollup.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def machine_busy() -> tuple[float, float]:
    """Seconds that all cores together were busy, and that they lived, since the machine started."""
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0)
    # guest time is already counted in user time
    lived = sum(getattr(times, name) for name in times._fields if not name.startswith("guest"))
    return lived - idle, lived


@dataclass
class Spent:
    """What a stretch of work took; filled in when it ends."""

    seconds: float = 0.0
    cpu: float = 0.0
    busy: float = 0.0
    groups: dict[str, float] = field(default_factory=dict)


@contextlib.contextmanager
def spending(groups: dict[str, list[int]], clock: Callable[[], float] = time.perf_counter) -> Iterator[Spent]:
    """Account CPU of the named groups of process trees, and the machine's busy share, over a `with` block."""
    spent = Spent()
    before, (busy_before, lived_before), started = cpu_by_root(groups), machine_busy(), clock()
    try:
        yield spent
    finally:
        after, (busy_after, lived_after) = cpu_by_root(groups), machine_busy()
        spent.seconds = clock() - started
        spent.groups = {name: after[name] - before[name] for name in groups}
        spent.cpu = sum(spent.groups.values())
        spent.busy = (busy_after - busy_before) / max(lived_after - lived_before, 1e-9)


def own_cpu() -> float:
    """User and system seconds of this process."""
    times = os.times()
    return times.user + times.system
