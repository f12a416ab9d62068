"""Files and functions stay small: the pain of shops sits in a few files of thousands of lines."""

from __future__ import annotations

import ast

from tests.rules.source import ROOT, sources

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 60


def test_files_stay_small() -> None:
    long = [f"{s.path}: {n} lines; cut it in two" for s in sources() if (n := s.text.count("\n")) > FILE_LINES_MAX]
    assert long == []


def test_functions_stay_small() -> None:
    long = [
        f"{source.path}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1} lines; name its steps"
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= FUNCTION_LINES_MAX
    ]
    assert long == []


def test_front_end_files_stay_small() -> None:
    folder = ROOT / "frontend_build" / "storefront"
    long = [
        f"{path.relative_to(ROOT)}: {count} lines"
        for pattern in ("*.ts", "*.tsx", "*.css")
        for path in folder.rglob(pattern)
        if "node_modules" not in path.parts and (count := path.read_text().count("\n")) > FILE_LINES_MAX
    ]
    assert long == []
