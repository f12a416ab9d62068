"""A second, empty stack beside the one that serves, started and stopped through the supervisor."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ops.bench.limits.server import free_port
from ops.bench.row import RowUnavailableError

START_SECONDS: Final = 180
STOP_SECONDS: Final = 30


@dataclass(frozen=True)
class SideStack:
    """A stack of its own: its state folder, its edge's port and what starts commands against it."""

    home: Path
    port: int
    env: dict[str, str]

    def command(self, *arguments: str) -> subprocess.Popen[bytes]:
        """`techmart <arguments>` against this stack; what it says goes to its log."""
        with (self.home / "bench-command.log").open("ab") as log:
            return subprocess.Popen([*techmart(), *arguments], env=self.env, stdout=log, stderr=log)


def techmart() -> list[str]:
    """The `techmart` command of this environment."""
    return [sys.executable, "-c", "from ops.cli import main; main()"]


@contextlib.contextmanager
def side_stack(settings: dict[str, str]) -> Iterator[SideStack]:
    """An empty stack, ready; stopped and removed afterwards. RowUnavailableError when it does not start."""
    home = Path(tempfile.mkdtemp(prefix="techmart-bench-"))
    home.chmod(0o755)
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TECHMART_")}
    env = {**kept, "TECHMART_HOME": str(home), "TECHMART_PORT": str(port), **settings}
    supervisor = subprocess.Popen(
        [*techmart(), "up"], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        _wait_until_ready(supervisor)
        yield SideStack(home, port, env)
    finally:
        _stop(supervisor)
        shutil.rmtree(home, ignore_errors=True)


def _wait_until_ready(supervisor: subprocess.Popen[bytes]) -> None:
    said: list[str] = []
    ready = threading.Event()

    def read() -> None:
        assert supervisor.stdout is not None
        for line in supervisor.stdout:
            said.append(line.decode(errors="replace").rstrip())
            if said[-1].startswith("techmart ready"):
                ready.set()
        ready.set()

    threading.Thread(target=read, daemon=True).start()
    deadline = time.monotonic() + START_SECONDS
    while not ready.wait(0.5) and supervisor.poll() is None and time.monotonic() < deadline:
        pass
    if not any(line.startswith("techmart ready") for line in said):
        raise RowUnavailableError(f"the second stack did not start: {' / '.join(said[-3:])}")


def _stop(supervisor: subprocess.Popen[bytes]) -> None:
    if supervisor.poll() is None:
        supervisor.send_signal(signal.SIGTERM)
        try:
            supervisor.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            supervisor.kill()
            supervisor.wait()
