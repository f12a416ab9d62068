"""Disks of a stack's own: small or read-only ones, mounted where nobody else sees them."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.support.stack import Stack

_AS_ROOT = ("unshare", "--mount")
_AS_ANYBODY = ("unshare", "--user", "--mount", "--map-current-user", "--keep-caps")


def _first_allowed(*ways: Sequence[str]) -> Sequence[str] | None:
    for way in ways:
        try:
            if subprocess.run([*way, "true"], capture_output=True, check=False).returncode == 0:
                return way
        except OSError:
            return None
    return None


NAMESPACE = _first_allowed(_AS_ROOT, _AS_ANYBODY)
"""How this user gets a file system view of its own; None where the machine forbids it."""


def disk(folder: Path, megabytes: int, before: str = "") -> list[str]:
    """A command prefix: the rest runs with `folder` on a disk of that size, after the shell commands `before`.

    In `before`, `"$@"` is the rest of the command and the working folder is the disk.
    """
    assert NAMESPACE is not None
    mount = f'mount -t tmpfs -o size={megabytes}m,mode=755 none "$0" && cd "$0"'
    return [*NAMESPACE, "sh", "-c", f'{mount}; {before or ":"}; exec "$@"', str(folder)]


def seen(stack: Stack, folder: Path) -> Path:
    """The folder as the stack's processes see it."""
    return Path(f"/proc/{stack.process.pid}/root") / folder.relative_to("/")
