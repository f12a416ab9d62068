"""The stack of an ordinary user, also where the tests run as root."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

from ops.stack.home import SERVANT, reachable
from ops.stack.ports import Ports, twin_sockets
from ops.stack.topology import STORE_PORTS
from tests.ops.support import SERVERS, gone
from tests.support.stack import free_port, start, stop


def _as_ordinary_user() -> Sequence[str] | None:
    """A command prefix that makes root an ordinary user; None for who is one, and where that cannot be."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam(SERVANT)
    become = ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
    programs = [Path(sys.executable).resolve(), Path(sys.prefix).resolve(), Path(__file__).resolve()]
    if not all(reachable(path) for path in programs):
        # Root alone may enter the folder of Python or of the checkout: let this user read there, and nothing else.
        become += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    tried = subprocess.run([*become, sys.executable, "-c", ""], capture_output=True, check=False)
    return become if tried.returncode == 0 else None


BECOME = _as_ordinary_user()

if BECOME:

    def test_an_ordinary_user_with_a_long_home(home: Path, settings: dict[str, str]) -> None:
        """Everything runs as that user. The system limits a local socket's path, not that of the state folder."""
        assert BECOME is not None
        user = pwd.getpwnam(SERVANT).pw_uid
        os.chown(home, user, -1)
        stack = start(home / ("deep" * 15) / ("deeper" * 8), free_port(), {**settings, "HOME": str(home)}, BECOME)
        pids = stack.pids()
        assert set(pids) == SERVERS
        assert {psutil.Process(pid).uids().real for pid in pids.values()} == {user}
        assert not stack.relocated
        assert stop(stack) == 0
        assert gone(pids)

    def test_ports_whose_sockets_another_user_left_behind(home: Path, settings: dict[str, str]) -> None:
        """A killed stack's store leaves its local sockets where nobody else may remove them."""
        assert BECOME is not None
        kept = _store_ports(home)
        for path in (home, home / "ports.json"):
            os.chown(path, pwd.getpwnam(SERVANT).pw_uid, -1)
        left = _store_sockets(kept)
        for file in left:
            file.touch()
        try:
            stack = start(home, free_port(), {**settings, "HOME": str(home)}, BECOME)
            chosen = json.loads((home / "ports.json").read_text())
            assert not [name for name, port in kept.items() if chosen[name] == port]
            assert stop(stack) == 0
        finally:
            for file in left:
                file.unlink()
        own = _store_sockets({name: chosen[name] for name in STORE_PORTS})
        assert not [file for file in own if file.exists()], "who stops clears away what is his"

    def _store_ports(home: Path) -> dict[str, int]:
        ports = Ports(home / "ports.json")
        return {name: ports.port(name, twin=True) for name in STORE_PORTS}

    def _store_sockets(ports: dict[str, int]) -> list[Path]:
        return [file for name, port in ports.items() for file in twin_sockets(name, port)]

else:

    def test_a_long_home(home: Path, settings: dict[str, str]) -> None:
        """The system limits the length of a local socket's path, not that of the state folder."""
        stack = start(home / ("deep" * 15) / ("deeper" * 8), free_port(), settings)
        assert stop(stack) == 0
