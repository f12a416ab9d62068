"""The bench's table and its file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from kernel.clock import rfc3339
from ops.bench.row import Check, Measurement, Row

Outcome = Measurement | str
"""What a row measured, or why it could not be measured."""


def print_table(outcomes: Sequence[tuple[Row, Outcome]], console: Console) -> None:
    """Measured beside target and limit, then the notes."""
    table = Table(box=None, pad_edge=False)
    for heading in ("row", "measured", "target", "", "limit of the same run"):
        table.add_column(heading, overflow="fold")
    for row, outcome in outcomes:
        if isinstance(outcome, str):
            table.add_row(row.name, "[yellow]not measured[/]", "", "", outcome)
            continue
        limits = "\n".join(f"{limit.what}: {number(limit.value)} {limit.unit}" for limit in outcome.limits)
        for index, check in enumerate(outcome.checks):
            mark = "[green]✓[/]" if check.passed else "[bold red]✗[/]"
            table.add_row(
                row.name if not index else "",
                _measured(check),
                _target(check),
                mark,
                limits if not index else "",
            )
    console.print(table)
    for row, outcome in outcomes:
        if not isinstance(outcome, str):
            figures = ", ".join(f"{name} {number(value)}" for name, value in outcome.figures.items())
            for line in filter(None, (figures, *outcome.notes)):
                console.print(f"{row.name}: {line}", markup=False, highlight=False)


def _measured(check: Check) -> str:
    return f"{check.what}: {number(check.value)} {check.unit}"


def _target(check: Check) -> str:
    return f"{'≤' if check.reach == 'at most' else '≥'} {number(check.target)}"


def number(value: float) -> str:
    """A figure with as many digits as mean something."""
    if value != value:
        return "none"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def as_document(outcomes: Sequence[tuple[Row, Outcome]], at: datetime, machine: dict[str, Any]) -> dict[str, Any]:
    """What the file holds: the machine, and for each row all that the table shows."""
    return {
        "at": rfc3339(at),
        "machine": machine,
        "rows": [
            {"name": row.name, "description": row.description, "error": outcome}
            if isinstance(outcome, str)
            else {
                "name": row.name,
                "description": row.description,
                "passed": outcome.passed,
                **msgspec.to_builtins(outcome),
            }
            for row, outcome in outcomes
        ],
    }


def write_file(document: dict[str, Any], folder: Path, at: datetime) -> Path:
    """Write `<folder>/<time>.json` and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{at:%Y-%m-%dT%H%M%SZ}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n")
    return path
