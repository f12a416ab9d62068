"""What a supervisor leaves in `status.json` for whoever asks how its stack is."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct

from ops.stack.errors import StackError


class ProcessNote(Struct, frozen=True):
    """One process. `failures` counts its crashes since it last ran steadily; `log` is a path."""

    name: str
    pid: int | None
    state: str
    restarts: int
    failures: int
    log: str
    ports: tuple[int, ...]


class Notes(Struct, frozen=True):
    """One stack, ready or on its way. `supervisor` began at `began` (Unix seconds), so that a reused number is not
    mistaken for it; `data` and `sockets` are the folders that stand elsewhere than below `home`."""

    home: str
    edge: str
    commit: str
    supervisor: int
    began: float
    ready: bool
    data: str | None
    sockets: str | None
    full_disk: str | None
    processes: list[ProcessNote]


def read_notes(file: Path) -> Notes | None:
    """What a supervisor left; None where none ever did. Raises `StackError` for what cannot be read."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Notes)
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise StackError(f"{file} is closed to you; ask as the user who started the stack") from error
    except OSError as error:
        raise StackError(f"{file} cannot be read: {error.strerror or error}") from error
    except msgspec.MsgspecError as error:
        raise StackError(
            f"{file} is damaged or of another release ({error}); the next start of the stack writes it anew"
        ) from error
