"""One child process: started with a parent-death signal, watched, stopped by its own signal."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)
LOG_BYTES_MAX = 20_000_000
LAST_BYTES = 4_000


@dataclass(frozen=True)
class Spec:
    """How to run a process: its command, who runs it, how it says it is ready, how it stops and what to clear away."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    ready: Callable[[], bool]
    user: tuple[int, int] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    ready_seconds: float = 60.0
    cwd: str = "/"
    ports: tuple[int, ...] = ()
    leaves: tuple[Path, ...] = ()


@dataclass
class Child:
    """A `Spec` and the process that runs it now."""

    spec: Spec
    log: Path
    process: subprocess.Popen[bytes] | None = None
    state: str = "stopped"
    restarts: int = 0
    started_at: float = 0.0
    retry_at: float = 0.0
    failures: int = field(default=0)

    def start(self) -> None:
        """Run the command in a session of its own; its output goes to its log."""
        self.state, self.process = "starting", None
        self.started_at = time.monotonic()
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES_MAX:
            self.log.replace(self.log.with_suffix(".log.1"))
        user, group = self.spec.user or (None, None)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                list(self.spec.command),
                env=dict(self.spec.env),
                cwd=self.spec.cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=user,
                group=group,
                extra_groups=[] if user is not None else None,
                start_new_session=True,
                preexec_fn=_die_with_parent(self.spec.stop_signal),
            )

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    def exited(self) -> bool:
        """Whether the process has ended by itself."""
        return self.process is not None and self.process.poll() is not None

    def end_family(self) -> None:
        """Kill what an ended process left behind: forked workers would go on beside its successor and hold its port."""
        if self.process:
            kill_group(self.process.pid)

    def ask_to_stop(self) -> None:
        """Send the process its stop signal."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.spec.stop_signal)

    def end(self, deadline: float) -> None:
        """Wait until `deadline` (monotonic) for the process to go, then kill it and what it left behind."""
        if not self.process:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        kill_group(self.process.pid)
        self.process.wait()
        for file in self.spec.leaves:
            with suppress(OSError):  # gone, or another user's by now
                file.unlink()
        self.state = "stopped"


def last_words(log: Path, lines: int) -> list[str]:
    """The last lines of a log that say something, few bytes of them; none where there is no log."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - LAST_BYTES))
            said = file.read().decode(errors="replace")
    except OSError:
        return []
    return [line.strip() for line in said.splitlines() if line.strip()][-lines:]


def run_once(command: Sequence[str], user: tuple[int, int] | None = None) -> tuple[int, str]:
    """Run a command to its end as `user` (ids); its status and what it said. It ends with us, and so do its children."""
    uid, gid = user or (None, None)
    process = subprocess.Popen(
        list(command),
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        user=uid,
        group=gid,
        extra_groups=[] if uid is not None else None,
        start_new_session=True,
        preexec_fn=_die_with_parent(signal.SIGTERM),
    )
    try:
        output, _ = process.communicate()
    finally:
        kill_group(process.pid)
        process.wait()
    return process.returncode, output


def kill_group(pid: int) -> None:
    """SIGKILL every process of the session that `pid` leads."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _die_with_parent(wanted: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()

    def before_exec() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(wanted))
        if os.getppid() != parent:
            os._exit(1)

    return before_exec
