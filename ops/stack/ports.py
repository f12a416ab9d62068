"""Ports of a stack: chosen free once, then kept."""

from __future__ import annotations

import json
import os
import random
import socket
from pathlib import Path

import psutil

from ops.stack.errors import StackError

FIRST, LAST = 20_000, 22_000
TWIN_OFFSET = 10_000
"""SeaweedFS takes each port and, for gRPC, the one 10,000 above."""


class Ports:
    """Ports by name, remembered in `ports.json` of the stack's home."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._ports = _read(file)
        self._chosen: set[str] = set()

    def port(self, name: str, *, twin: bool = False) -> int:
        """The port of this name; the one of the last start if it still is free, else a new one.

        Chosen once in a start: a second answer would be another than the settings name.
        """
        kept = self._ports.get(name)
        twin_of = name if twin else None
        if kept is not None and (name in self._chosen or _free(kept, twin_of)):
            self._chosen.add(name)
            return kept
        taken = set(self._ports.values())
        # Stacks that start at the same moment look in different places.
        begin = random.randrange(LAST - FIRST)  # noqa: S311 - guards nothing
        for step in range(LAST - FIRST):
            candidate = FIRST + (begin + step) % (LAST - FIRST)
            if candidate not in taken and _free(candidate, twin_of):
                self._ports[name] = candidate
                self._chosen.add(name)
                new = self._file.with_suffix(".new")
                new.write_text(json.dumps(self._ports, indent=1))
                new.replace(self._file)
                return candidate
        raise StackError(f"no free port between {FIRST} and {LAST}")

    def lost(self) -> int | None:
        """A port of this stack that somebody else holds, while the stack does not run."""
        return next((port for port in self._ports.values() if not _bindable(port)), None)


def _read(file: Path) -> dict[str, int]:
    if not file.exists():
        return {}
    try:
        ports = json.loads(file.read_text())
        return {str(name): int(port) for name, port in ports.items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise StackError(f"{file} is damaged; delete it and start again") from error


def require_free(port: int) -> None:
    """Raise `StackError` when somebody else listens on the edge's port."""
    if not _bindable(port):
        raise StackError(
            f"port {port} is taken by {holder(port) or 'another program'}; choose another with TECHMART_PORT"
        )


def holder(port: int, ours: int | None = None) -> str | None:
    """Who listens on a port, in words; None for nobody and for what descends from the process `ours`."""
    for found in psutil.net_connections("tcp"):
        if found.status == psutil.CONN_LISTEN and found.laddr.port == port:
            return _named(found.pid, ours)
    return None if _bindable(port) else _named(None, ours)


def _named(pid: int | None, ours: int | None) -> str | None:
    """The system tells nobody but root which process of another user it is."""
    try:
        process = psutil.Process(pid) if pid else None
        if process and ours in {pid, *(parent.pid for parent in process.parents())}:
            return None
        return f"{process.name()} (process {pid})" if process else "another program"
    except psutil.NoSuchProcess:
        return None


def twin_sockets(name: str, port: int) -> tuple[Path, Path]:
    """The local sockets SeaweedFS opens for a service's port and its twin, in a folder that all users share.

    It leaves them behind when it is killed, and can replace only those of its own user.
    """
    folder = Path("/tmp")  # noqa: S108 - where SeaweedFS puts them
    return folder / f"seaweedfs-{name}-{port}.sock", folder / f"seaweedfs-{name}-grpc-{port + TWIN_OFFSET}.sock"


def _free(port: int, twin_of: str | None) -> bool:
    """`twin_of` names the SeaweedFS service that needs the twin, too."""
    if not _bindable(port):
        return False
    return twin_of is None or (
        _bindable(port + TWIN_OFFSET) and all(_replaceable(socket) for socket in twin_sockets(twin_of, port))
    )


def _replaceable(file: Path) -> bool:
    try:
        return os.geteuid() in {0, file.lstat().st_uid}
    except FileNotFoundError:
        return True


def _bindable(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
