"""CPU and memory of the stack's processes, from /proc.

CPU of a process counts its reaped children too: a Postgres backend that ended between two looks is in its
postmaster's account. The machine's own figures tell how much room was left.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

PROC = Path("/proc")


def trees(groups: Mapping[str, Iterable[int]]) -> dict[str, list[psutil.Process]]:
    """Each group's processes with all their living descendants.

    A descendant that is a root of its own belongs to its own group alone: the supervisor's group holds the
    supervisor, not the whole stack.
    """
    children: dict[int, list[psutil.Process]] = defaultdict(list)
    living: dict[int, psutil.Process] = {}
    for process in psutil.process_iter(["ppid"]):
        children[process.info["ppid"]].append(process)
        living[process.pid] = process
    apart = {pid for pids in groups.values() for pid in pids}
    return {
        name: [member for pid in pids if pid in living for member in _family(living[pid], children, apart)]
        for name, pids in groups.items()
    }


def _family(
    root: psutil.Process, children: Mapping[int, list[psutil.Process]], apart: set[int]
) -> Iterator[psutil.Process]:
    yield root
    for child in children.get(root.pid, []):
        if child.pid not in apart:
            yield from _family(child, children, apart)


def cpu_by_group(groups: Mapping[str, Iterable[int]]) -> dict[str, float]:
    """User and system seconds that each group has used, children that ended included."""
    return {name: sum(map(_cpu_seconds, members)) for name, members in trees(groups).items()}


def _cpu_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def pss_by_group(groups: Mapping[str, Iterable[int]]) -> dict[str, int]:
    """Proportional set size of each group in bytes: memory shared by n processes counts 1/n in each."""
    return {name: sum(map(_pss_bytes, members)) for name, members in trees(groups).items()}


def _pss_bytes(process: psutil.Process) -> int:
    try:
        return parse_pss((PROC / str(process.pid) / "smaps_rollup").read_text())
    except OSError:
        return 0


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
def spending(groups: Mapping[str, Iterable[int]]) -> Iterator[Spent]:
    """Account CPU of the named groups of process trees, and the machine's busy share, over a `with` block."""
    spent = Spent()
    before, (busy_before, lived_before), started = cpu_by_group(groups), machine_busy(), time.perf_counter()
    try:
        yield spent
    finally:
        after, (busy_after, lived_after) = cpu_by_group(groups), machine_busy()
        spent.seconds = time.perf_counter() - started
        spent.groups = {name: after[name] - before[name] for name in groups}
        spent.cpu = sum(spent.groups.values())
        spent.busy = (busy_after - busy_before) / max(lived_after - lived_before, 1e-9)


def own_cpu() -> float:
    """User and system seconds of this process."""
    times = os.times()
    return times.user + times.system
