"""Where a stack keeps its state, and as whom its servers run."""

from __future__ import annotations

import errno
import hashlib
import os
import pwd
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from ops.stack.disk import ROOM_TO_START, mb, require_room
from ops.stack.errors import StackError

SERVANT = "nobody"
"""Whom servers that refuse root run as; every system has it."""
SOCKET_FOLDER_MAX = 107 - len("/.s.PGSQL.65535.lock")


@dataclass(frozen=True)
class Home:
    """Folders of one stack.

    `root` is TECHMART_HOME. `data` holds what the servant must reach: below `root`, or, where a folder on the way
    is closed to it, a world-traversable folder named after `root`.
    """

    root: Path
    data: Path
    checkout: Path

    @property
    def relocated(self) -> bool:
        return self.data != self.root / "data"

    @property
    def folders(self) -> tuple[Path, Path]:
        """Both, for who asks how much room is left: they may stand on two disks."""
        return self.root, self.data

    @property
    def sockets(self) -> Path:
        """Folder of the databases' local sockets, a short one where the system's limit of 107 characters asks for it."""
        below = self.data / "sockets"
        if len(str(below)) <= SOCKET_FOLDER_MAX:
            return below
        return Path("/tmp") / f"techmart-{_digest(self.root)}"  # noqa: S108 - opened below for its owner alone

    @property
    def short_sockets(self) -> bool:
        """Whether the sockets stand elsewhere than below `data`."""
        return not self.sockets.is_relative_to(self.data)

    @property
    def logs(self) -> Path:
        return self.root / "log"

    @property
    def stack_file(self) -> Path:
        return self.root / "stack.json"

    @property
    def status_file(self) -> Path:
        return self.root / "status.json"

    @property
    def ready_file(self) -> Path:
        return self.data / "edge" / "ready.json"


def open_home(root: Path) -> Home:
    """Make the folders of a stack; raise `StackError` where that cannot be."""
    root = root.absolute()
    checkout = Path(__file__).resolve().parents[2]
    try:
        root.mkdir(parents=True, exist_ok=True)
        data = _data_folder(root)
        data.mkdir(parents=True, exist_ok=True)
        if data.is_symlink() or data.stat().st_uid != os.geteuid():
            raise StackError(f"{data} belongs to another user; move it away and start again")
        (root / "log").mkdir(exist_ok=True)
        probe = root / ".writable"
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
    except OSError as error:
        raise StackError(f"cannot keep state in {root}: {error.strerror or error}; {_remedy(error)}") from error
    require_room((root, data))
    if os.geteuid() == 0:
        data.chmod(0o755)
    return Home(root, data, checkout)


def _remedy(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"make {mb(ROOM_TO_START)} free there, or choose a folder on another disk with TECHMART_HOME"
    return "choose a folder you may write to with TECHMART_HOME"


def servant_ids() -> tuple[int, int] | None:
    """User and group for servers that refuse root; None when not root."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam(SERVANT)
    return entry.pw_uid, entry.pw_gid


def reachable(path: Path) -> bool:
    """Whether the servant can pass every folder on the way to `path`."""
    if os.geteuid() != 0:
        return True
    folders = [path, *path.parents]
    return all(folder.stat().st_mode & 0o001 for folder in folders if folder.is_dir())


def _data_folder(root: Path) -> Path:
    if reachable(root):
        return root / "data"
    return Path("/var/tmp") / f"techmart-{_digest(root)}"  # noqa: S108 - named after the state folder, owned by root


def _digest(root: Path) -> str:
    return hashlib.sha256(str(root).encode()).hexdigest()[:12]


def program_folder(home: Home, package: Path, *parts: Path) -> Path:
    """`package`, or a copy of it and `parts` below the data folder where the servant cannot reach the checkout."""
    if reachable(package):
        return package
    target = home.data / "programs"
    for part in (package, *parts):
        copy = target / part.relative_to(Path(sys.prefix))
        if not copy.exists():
            half = copy.with_name(copy.name + ".half")
            shutil.rmtree(half, ignore_errors=True)
            shutil.copytree(part, half)
            half.replace(copy)
            _open_to_all(copy, target)
    return target / package.relative_to(Path(sys.prefix))


def _open_to_all(copy: Path, target: Path) -> None:
    for folder in [target, *copy.parents]:
        if folder.is_relative_to(target):
            folder.chmod(0o755)
