"""Starts the stack in order, restarts what crashes, stops everything."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

import msgspec

from ops.stack.disk import DiskWatch
from ops.stack.errors import StackError
from ops.stack.home import Home
from ops.stack.notes import Notes, ProcessNote
from ops.stack.pids import own_start, remember
from ops.stack.process import Child, Spec, last_words
from ops.stack.topology import Topology, write_private

BACKOFF_SECONDS_MAX = 30.0
STEADY_SECONDS = 30.0
"""A process that ran this long is forgiven its earlier crashes."""
STOP_ORDER = (
    (("nginx", "write-api", "read-api", "relay", "worker", "search"), 10.0),
    (("valkey", "seaweedfs", "sandbox", "pooler"), 13.0),
    (("",), 18.0),
)
"""Beginnings of names, and the seconds after the signal at which what is left is killed. Within 20 s all are gone.

A process that is asked has its own `stop_seconds` at most.
"""


class StopRequested(BaseException):
    """SIGINT or SIGTERM arrived. No Exception: a library's `except Exception` must not swallow it."""


class Supervisor:
    """The processes of one stack, from the first start to the last stop."""

    def __init__(self, topology: Topology) -> None:
        self.topology = topology
        self.home: Home = topology.home
        self.children: list[Child] = []
        self.pid_file = self.home.root / "pids.json"
        self.asked_to_stop = False
        self._stopping = False
        self._disk = DiskWatch(self.home.folders)
        self._began, self._commit, self._ready = own_start(), _commit(self.home.checkout), False

    def install_signals(self) -> None:
        """Turn SIGINT and SIGTERM into `StopRequested` at the point where the supervisor waits."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.asked_to_stop = True
        if not self._stopping:
            self._stopping = True
            raise StopRequested

    def launch(self, *specs: Spec) -> None:
        """Start processes side by side and wait until each is ready."""
        begun = [Child(spec, self.home.logs / f"{spec.name}.log") for spec in specs]
        for child in begun:
            self.children.append(child)
            child.start()
        self.note()
        for child in begun:
            self._await_ready(child)
        self.note()

    def _await_ready(self, child: Child) -> None:
        deadline = time.monotonic() + child.spec.ready_seconds
        while not child.spec.ready():
            if child.exited():
                raise StackError(f"{child.spec.name} ended while starting; its last words: {_said(child.log)}")
            if time.monotonic() > deadline:
                raise StackError(
                    f"{child.spec.name} was not ready in {child.spec.ready_seconds:.0f} s; see {child.log}"
                )
            time.sleep(0.05)
        child.state = "ready"

    def retire(self, name: str) -> None:
        """Stop one process and forget it."""
        for child in [child for child in self.children if child.spec.name == name]:
            child.ask_to_stop()
            child.end(time.monotonic() + child.spec.stop_seconds)
            self.children.remove(child)

    def watch(self) -> None:
        """Tend the processes until a stop is asked for."""
        while True:
            time.sleep(0.5)
            self.tend()

    def tend(self) -> None:
        """Start again whatever ended and has waited long enough; look at the disk."""
        changed = [child for child in self.children if self._tend(child)]
        if changed or self._look_at_disk():
            self.note()

    def _tend(self, child: Child) -> bool:
        """Whether the child's state changed."""
        if child.state == "restarting":
            return time.monotonic() >= child.retry_at and self._start_again(child)
        if child.exited():
            self._retry_later(child, f"ended (status {child.process and child.process.returncode})")
            return True
        if child.state == "starting" and child.spec.ready():
            child.state = "ready"
            return True
        return False

    def _start_again(self, child: Child) -> bool:
        child.restarts += 1
        try:
            child.start()
        except OSError as error:  # its program is being replaced, or there is no room for its log
            self._retry_later(child, f"could not be started ({error.strerror or error})")
        return True

    def _retry_later(self, child: Child, what: str) -> None:
        now = time.monotonic()
        child.end_family()
        child.failures = 1 if now - child.started_at > STEADY_SECONDS else child.failures + 1
        pause = min(BACKOFF_SECONDS_MAX, 0.5 * 2 ** (child.failures - 1))
        child.state, child.retry_at = "restarting", now + pause
        say(f"{child.spec.name} {what}; starting it again in {pause:.1f} s")

    def _look_at_disk(self) -> bool:
        said = self._disk.look()
        if said is None:
            return False
        say(said)
        if self._disk.full is None:
            for child in self.children:
                child.retry_at = 0.0
        return True

    def stop(self) -> None:
        """Stop in the reverse order of starting: who uses a server goes before it, databases last."""
        self._stopping, self._ready = True, False
        began, left = time.monotonic(), list(self.children)
        for names, seconds in STOP_ORDER:
            group = [child for child in left if child.spec.name.startswith(names)]
            left = [child for child in left if child not in group]
            for child in reversed(group):
                child.ask_to_stop()
            asked = time.monotonic()
            for child in sorted(group, key=lambda child: child.spec.stop_seconds):
                child.end(min(began + seconds, asked + child.spec.stop_seconds))
        self.note()
        self.pid_file.unlink(missing_ok=True)
        self.home.stack_file.unlink(missing_ok=True)
        if self.home.short_sockets:
            with suppress(OSError):  # not empty: a database had to be killed
                self.home.sockets.rmdir()

    def note(self) -> None:
        """Leave pids and states for the next start and for `techmart status`; a full disk must not end the watch."""
        try:
            self._write_notes()
        except OSError as error:
            if not self._disk.full:
                say(f"cannot write to {self.home.root}: {error.strerror or error}")

    def _write_notes(self) -> None:
        remember(self.pid_file, [child.pid for child in self.children if child.pid])
        home = self.home
        notes = Notes(
            home=str(home.root),
            edge=self.edge,
            commit=self._commit,
            supervisor=os.getpid(),
            began=self._began,
            ready=self._ready,
            data=str(home.data) if home.relocated else None,
            sockets=str(home.sockets) if home.short_sockets else None,
            full_disk=str(self._disk.full) if self._disk.full else None,
            processes=[
                ProcessNote(c.spec.name, c.pid, c.state, c.restarts, c.failures, str(c.log), c.spec.ports)
                for c in self.children
            ],
        )
        write_private(home.status_file, msgspec.to_builtins(notes))

    @property
    def edge(self) -> str:
        """The edge's address."""
        return f"http://127.0.0.1:{self.topology.edge_port}"

    def announce(self) -> None:
        """The ready file for the edge's health, then the ready line."""
        body = {"status": "ready", "home": str(self.home.root), "commit": self._commit}
        self.home.ready_file.write_text(json.dumps(body))
        self.home.ready_file.chmod(0o644)
        self._ready = True
        self.note()
        say(f"techmart ready {self.edge}")


def say(line: str) -> None:
    """A line for the person at the terminal."""
    print(line, flush=True)


def _said(log: Path) -> str:
    return " / ".join(last_words(log, 5)) or f"none; see {log}"


def _commit(checkout: Path) -> str:
    """The checkout's commit; "unknown" for an unpacked archive or a machine without git."""
    try:
        done = subprocess.run(
            ["git", "-c", f"safe.directory={checkout}", "rev-parse", "HEAD"],
            cwd=checkout,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return "unknown"
    return done.stdout.strip() or "unknown"
