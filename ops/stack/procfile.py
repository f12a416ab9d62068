"""The application's processes: the lines of the Procfile, their counts from settings."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ops.stack.components import http_ok
from ops.stack.errors import StackError
from ops.stack.process import Spec

PORT_VARIABLES = {"write-api": "TECHMART_WRITE_PORT", "read-api": "TECHMART_READ_PORT"}


def lines(procfile: Path) -> Iterator[tuple[str, str]]:
    """Name and command of each line."""
    for line in procfile.read_text().splitlines():
        name, separator, command = line.partition(":")
        if separator and not line.startswith("#"):
            yield name.strip(), command.strip()


def count(name: str, env: Mapping[str, str]) -> int:
    """How many of a process are wanted."""
    variable = "TECHMART_PROCESSES_" + name.upper().replace("-", "_")
    raw = env.get(variable, "1")
    if not raw.isdigit() or int(raw) > 32:
        raise StackError(f"{variable}={raw!r} is not a number of processes from 0 to 32")
    return int(raw)


def instances(procfile: Path, env: Mapping[str, str], port: Callable[[str], int]) -> Iterator[tuple[str, Spec]]:
    """Name of the line and `Spec` of each process to run; `port` gives a port by process name."""
    for name, command in lines(procfile):
        wanted = count(name, env)
        for index in range(1, wanted + 1):
            instance = name if wanted == 1 else f"{name}-{index}"
            yield name, _spec(name, instance, command, env, port(instance), procfile.parent)


def _spec(name: str, instance: str, command: str, env: Mapping[str, str], port: int, cwd: Path) -> Spec:
    variable = PORT_VARIABLES.get(name, "TECHMART_METRICS_PORT")
    own = {**env, variable: str(port), "TECHMART_PROCESS": instance}
    own["PATH"] = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    argv = [part.replace(f"${variable}", str(port)) for part in shlex.split(command)]
    return Spec(
        instance,
        argv,
        own,
        lambda: http_ok(f"http://127.0.0.1:{port}/health/ready"),
        ready_seconds=90,
        cwd=str(cwd),
        ports=(port,),
    )
