"""The linter, the formatter and the type checker have nothing to say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.rules.source import ROOT

TOOLS = Path(sys.prefix) / "bin"


@pytest.mark.parametrize("command", ["ruff check", "ruff format --check", "mypy"])
def test_tools_find_nothing(command: str) -> None:
    name, *arguments = command.split()
    found = subprocess.run([TOOLS / name, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, f"{command}:\n{found.stdout}{found.stderr}"
