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
    file = home_folder() / "stack.json"
    try:
        settings = json.loads(file.read_text())["env"]
    except FileNotFoundError:
        if "TECHMART_DATABASE_URL" in os.environ:
            return
        raise StackError(f"no stack runs in {file.parent}; start one with make up, or set TECHMART_HOME") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StackError(f"{file} cannot be read: {error}") from error
    for name, value in settings.items():
        os.environ.setdefault(name, value)
