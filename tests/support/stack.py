"""Starting and stopping stacks the way people do: the command, its lines, its signals."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.polling import eventually

COMMAND = str(Path(sys.prefix) / "bin" / "techmart")
APPLICATIONS = (
    "WRITE_API",
    "READ_API",
    "RELAY",
    "WORKER_NOW",
    "WORKER_PUBLISH",
    "WORKER_BULK",
    "WORKER_CLOCK",
    "SEARCH_NODE",
)
READY_SECONDS = 120
SOUND_SECONDS = 60


@dataclass
class Stack:
    """A supervisor's process, what it printed, and the settings it wrote. `view` is where its file system stands."""

    home: Path
    port: int
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)
    view: Path = Path("/")

    @property
    def ready(self) -> bool:
        return any(line.startswith("techmart ready ") for line in self.lines)

    @property
    def relocated(self) -> Path | None:
        data = self.status().get("data")
        return Path(str(data)) if data else None

    def status(self) -> dict[str, Any]:
        """What the supervisor last wrote."""
        return self.read("status.json")

    def read(self, name: str) -> dict[str, Any]:
        """A JSON file of the home."""
        content: dict[str, Any] = json.loads((self.view / self.home.relative_to("/") / name).read_text())
        return content

    @property
    def ports(self) -> dict[str, int]:
        """Ports by what listens there, the edge's apart."""
        return self.read("ports.json")

    def pids(self) -> dict[str, int]:
        """Process ids by name."""
        return {process["name"]: process["pid"] for process in self.status()["processes"]}


_launched: list[Stack] = []


def free_port() -> int:
    """A port nobody listens on, outside the range stacks choose from."""
    for _ in range(100):
        port = random.randrange(24_000, 29_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise AssertionError("no free port")


def without_applications() -> dict[str, str]:
    """Settings of a stack that runs its servers alone."""
    return {f"TECHMART_PROCESSES_{name}": "0" for name in APPLICATIONS}


def environment(**settings: str) -> dict[str, str]:
    """A shell's environment in which these settings of ours are made and no others."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TECHMART_")} | settings


def launch(home: Path, port: int, env: dict[str, str], prefix: Sequence[str] = (), **options: object) -> Stack:
    """Start a stack and return at once; `prefix` is a command that becomes the stack's."""
    process = subprocess.Popen(
        [*prefix, COMMAND, "up"],
        env=environment(TECHMART_HOME=str(home), TECHMART_PORT=str(port), **env),
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,  # type: ignore[call-overload]
    )
    stack = Stack(home, port, process)
    _launched.append(stack)
    threading.Thread(target=_collect, args=(stack,), daemon=True).start()
    return stack


def _collect(stack: Stack) -> None:
    assert stack.process.stdout is not None
    with stack.process.stdout as output:
        for line in output:
            stack.lines.append(line.rstrip())


def start(home: Path, port: int, env: dict[str, str], prefix: Sequence[str] = (), **options: object) -> Stack:
    """Start a stack and wait for its ready line."""
    stack = launch(home, port, env, prefix, **options)
    eventually(lambda: stack.ready or stack.process.poll() is not None, "the ready line", READY_SECONDS)
    assert stack.ready, "\n".join(stack.lines)
    if prefix:
        stack.view = Path(f"/proc/{stack.process.pid}/root")
    stack.env = stack.read("stack.json")["env"]
    return stack


def stop_below(folder: Path) -> None:
    """Stop what a failed test left running in homes below `folder`."""
    for stack in _launched:
        if stack.home.is_relative_to(folder):
            stop(stack)


def stop(stack: Stack) -> int:
    """End a stack as a process manager does; its exit status."""
    if stack.process.poll() is None:
        stack.process.send_signal(signal.SIGTERM)
    return stack.process.wait(timeout=25)


def require_sound(stack: Stack) -> None:
    """Every audit of `techmart verify` finds nothing, once what the tests left to be done is done."""
    env, said = environment(TECHMART_HOME=str(stack.home)), ""

    def sound() -> bool:
        nonlocal said
        done = subprocess.run([COMMAND, "verify"], env=env, capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        return done.returncode == 0

    try:
        eventually(sound, "audits that find nothing", SOUND_SECONDS)
    except AssertionError as error:
        raise AssertionError(said) from error
