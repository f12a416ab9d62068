"""The project's Python sources as the rules see them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("kernel", "write_side", "read_side", "edge", "frontend_build", "workers", "migrations", "ops")


@dataclass(frozen=True)
class Source:
    """One file: its path from the root with forward slashes, its text and its tree."""

    path: str
    text: str

    @property
    def part(self) -> str:
        return self.path.split("/", 1)[0]

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)


def sources(*parts: str) -> Iterator[Source]:
    """Every Python file of these parts, or of all."""
    for part in parts or PARTS:
        for path in sorted((ROOT / part).rglob("*.py")):
            relative = path.relative_to(ROOT)
            if not {"node_modules", "dist", "__pycache__"} & set(relative.parts):
                yield Source(relative.as_posix(), path.read_text())


def imported(source: Source) -> Iterator[tuple[int, str]]:
    """Line and absolute module name of every import, those inside functions too."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"
