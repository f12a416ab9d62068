"""A browser for tests: Debian's Chromium where it is installed, else the one that an npm package carries."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from frontend_build.build import FOLDER, MODULES
from frontend_build.node import environment, run

_UNPACK = "import c from '@sparticuz/chromium'; console.log(await c.executablePath());"


def executable() -> tuple[str, dict[str, str]]:
    """The browser's program and the environment it needs; unpacked at the first call. Raises `BuildError`."""
    if system := shutil.which("chromium"):
        return system, {}
    folder = FOLDER / ".browser"
    folder.mkdir(exist_ok=True)
    env = {**environment(MODULES / ".shims"), "TMPDIR": str(folder), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
    program = run(["node", "--input-type=module", "-e", _UNPACK], FOLDER, env).strip().splitlines()[-1]
    libraries = [str(path) for path in (folder / "al2023" / "lib", Path(program).parent) if path.exists()]
    return program, {"LD_LIBRARY_PATH": os.pathsep.join(libraries)}
