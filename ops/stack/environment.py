"""The settings of a running stack, for commands started by hand."""

from __future__ import annotations

import json
import os
from pathlib import Path

from ops.stack.errors import StackError


def home_folder() -> Path:
    """TECHMART_HOME, or `.techmart` of the working folder."""
    return Path(os.environ.get("TECHMART_HOME", ".techmart")).absolute()


def load() -> None:
    """Take the stack's settings into the environment; what is set already stays.

    Raises `StackError` when neither a stack runs in TECHMART_HOME nor a database is named.
    """
    home = home_folder()
    settings = settings_of(home)
    if settings is None and "TECHMART_DATABASE_URL" not in os.environ:
        raise no_stack(home)
    for name, value in (settings or {}).items():
        os.environ.setdefault(name, value)


def settings_of(home: Path) -> dict[str, str] | None:
    """The settings of the stack that runs in `home`; None where none has come so far. `StackError` for a damaged file."""
    file = home / "stack.json"
    try:
        settings = json.loads(file.read_text())["env"]
        return {str(name): str(value) for name, value in settings.items()}
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StackError(f"{file} cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StackError(f"{file} is damaged ({error}); the next start of the stack writes it anew") from error


def no_stack(home: Path, why: str = "") -> StackError:
    """The sentence of every command that needs a stack and finds none."""
    return StackError(f"no stack runs in {home}{why}; start one with make up, or set TECHMART_HOME")
