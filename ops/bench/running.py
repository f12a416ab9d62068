"""The stack that runs: its settings and its processes, as its supervisor wrote them down."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from ops.bench.context import BenchContext
from ops.stack.environment import home_folder
from ops.stack.errors import StackError


def running_context(
    home: Path | None = None, *, scale: bool = False, say: Callable[[str], None] = lambda _text: None
) -> BenchContext:
    """The context of the stack in `home`, by default of TECHMART_HOME; StackError where none runs."""
    home = home or home_folder()
    try:
        env = json.loads((home / "stack.json").read_text())["env"]
    except (OSError, ValueError, KeyError) as error:
        raise StackError(f"no stack runs in {home}: the bench measures a whole one") from error
    return BenchContext(home, env, lambda: processes(home), scale, say)


def processes(home: Path) -> dict[str, list[int]]:
    """Process ids by name, the supervisor's own included."""
    status = json.loads((home / "status.json").read_text())
    found = {"supervisor": [int(status["supervisor"])]}
    for process in status["processes"]:
        if process["pid"]:
            found.setdefault(process["name"], []).append(int(process["pid"]))
    return found
