"""Who may import whom (docs/architecture.md, "Folders")."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.rules.source import PARTS, Source, imported, sources

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "kernel": ("kernel",),
    "write_side": ("kernel", "write_side"),
    "read_side": ("kernel", "read_side"),
    "edge": ("kernel", "edge"),
    "frontend_build": ("kernel", "frontend_build"),
    "migrations": ("kernel", "migrations"),
    "workers": ("kernel", "workers", "write_side", "read_side", "edge", "frontend_build"),
    "ops": PARTS,
}
WORKERS_MAY_USE = ("frontend_build.render", "frontend_build.assets")
ONLY_IN: dict[str, tuple[str, ...]] = {
    "dramatiq": ("workers/",),
    "boto3": ("edge/",),
    "botocore": ("edge/",),
    "redis": ("kernel/cache", "workers/broker.py"),
    "opentelemetry": ("kernel/tracing.py",),
}
NOT_FROM: dict[str, tuple[str, ...]] = {"kernel.cache": ("write_side/",)}


def broken_imports(files: Iterable[Source]) -> list[str]:
    """A line for each import that the table forbids, with what to do instead."""
    return [fault for file in files for line, name in imported(file) if (fault := _fault(file, line, name))]


def _fault(file: Source, line: int, name: str) -> str | None:
    top = name.split(".", 1)[0]
    where = f"{file.path}:{line} imports {name}"
    if file.part == "ops":
        return None
    if top in PARTS and top not in MAY_IMPORT[file.part]:
        return f"{where}: {file.part} may import {', '.join(MAY_IMPORT[file.part])}; move what both need to kernel"
    if file.part == "workers" and top == "frontend_build" and not _within(name, WORKERS_MAY_USE):
        return f"{where}: workers use {' and '.join(WORKERS_MAY_USE)} only"
    if top in ONLY_IN and not file.path.startswith(ONLY_IN[top]):
        return f"{where}: {top} belongs to {', '.join(ONLY_IN[top])}; call what stands there"
    for module, barred in NOT_FROM.items():
        if (name == module or name.startswith(module + ".")) and file.path.startswith(barred):
            return f"{where}: commands depend on Postgres alone; nothing of a command may need {module}"
    return None


def _within(name: str, modules: tuple[str, ...]) -> bool:
    return name == "frontend_build" or any(name == module or name.startswith(module + ".") for module in modules)


def test_parts_import_only_what_they_may() -> None:
    assert broken_imports(sources()) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("kernel/x.py", "import read_side.search"),
        ("write_side/x.py", "from read_side import documents"),
        ("write_side/x.py", "from kernel import cache"),
        ("read_side/x.py", "def f():\n    import boto3"),
        ("edge/x.py", "import redis.asyncio"),
        ("workers/x.py", "from frontend_build import build"),
        ("read_side/x.py", "import dramatiq"),
    ],
)
def test_a_forbidden_import_is_seen(path: str, text: str) -> None:
    assert broken_imports([Source(path, text)])
