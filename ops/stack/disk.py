"""Room on the disks that a stack writes to."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from ops.stack.errors import StackError

ROOM_TO_START: Final = 500_000_000
"""A new stack writes 160 MB before its first order; the rest lets the databases' logs grow to their next checkpoint."""

ROOM_TO_CHANGE: Final = 100_000_000
"""Below it changes are about to fail: Postgres alone takes its log in pieces of 16 MB, on two servers."""


def require_room(folders: Iterable[Path]) -> None:
    """Raise `StackError` where a folder's disk has too little room to start on."""
    for folder in folders:
        if (left := _free(folder)) < ROOM_TO_START:
            raise StackError(
                f"only {mb(left)} are free under {folder} and the stack needs {mb(ROOM_TO_START)} there; "
                "make room, or choose a folder on another disk with TECHMART_HOME"
            )


def require_no_full_disk(folders: Iterable[Path]) -> None:
    """Raise `StackError` where a disk filled up: the reason behind whatever else went wrong."""
    for folder in folders:
        if (left := _free(folder)) < ROOM_TO_CHANGE:
            raise StackError(
                f"the disk filled up: {mb(left)} are left under {folder}; "
                f"make {mb(ROOM_TO_START)} free there and start again"
            )


class DiskWatch:
    """Tells once when room runs out while the stack runs, and once when there is some again."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)
        self.full: Path | None = None

    def look(self) -> str | None:
        """A sentence when something changed since the last look."""
        try:
            short = next((folder for folder in self._folders if _free(folder) < ROOM_TO_CHANGE), None)
        except OSError:  # somebody moved the folder away
            return None
        if (short is None) == (self.full is None):
            return None
        cleared, self.full = self.full, short
        if short is None:
            return f"there is room again under {cleared}: the stack goes on"
        return (
            f"the disk is nearly full: {mb(_free(short))} are left under {short}; changes fail until {mb(ROOM_TO_CHANGE)} "
            "are free there, then the stack goes on by itself"
        )


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def mb(size: int) -> str:
    """Bytes as people read them."""
    return f"{size // 1_000_000} MB"
