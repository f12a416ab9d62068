"""The stack of an ordinary user, also where the tests run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

from ops.stack.home import SERVANT, reachable
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

else:

    def test_a_long_home(home: Path, settings: dict[str, str]) -> None:
        """The system limits the length of a local socket's path, not that of the state folder."""
        stack = start(home / ("deep" * 15) / ("deeper" * 8), free_port(), settings)
        assert stop(stack) == 0
