"""What `techmart verify` prints: a table for people, one JSON object for programs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from rich.console import Console
from rich.table import Table

from ops.verify.audit import SAMPLES_MAX
from ops.verify.runner import Verdict


def all_green(verdicts: Sequence[Verdict]) -> bool:
    """Whether no audit found anything."""
    return not any(verdict.result.violations for verdict in verdicts)


def as_json(verdicts: Sequence[Verdict]) -> str:
    """`{"ok", "audits": [{"name", "checked", "violations"}]}`; violations are counts."""
    audits = [
        {
            "name": verdict.audit.name,
            "checked": verdict.result.checked,
            "violations": len(verdict.result.violations),
        }
        for verdict in verdicts
    ]
    return msgspec.json.encode({"ok": all_green(verdicts), "audits": audits}).decode()


def print_table(verdicts: Sequence[Verdict], console: Console) -> None:
    """One line an audit."""
    table = Table(box=None, pad_edge=False)
    for heading in ("audit", "proves", "checked", "violations", "seconds"):
        table.add_column(heading, justify="right" if heading in ("checked", "violations", "seconds") else "left")
    for verdict in verdicts:
        found = len(verdict.result.violations)
        table.add_row(
            verdict.audit.name,
            verdict.audit.description,
            f"{verdict.result.checked:,}",
            f"[bold red]{found:,}[/]" if found else "[green]0[/]",
            f"{verdict.seconds:.2f}",
        )
    console.print(table)


def print_samples(verdicts: Sequence[Verdict], console: Console) -> None:
    """The first violations of each audit and what was done about them."""
    for verdict in verdicts:
        for violation in verdict.result.violations[:SAMPLES_MAX]:
            console.print(
                f"{verdict.audit.name}: {violation.subject}: {violation.problem}",
                markup=False,
                highlight=False,
            )
        more = len(verdict.result.violations) - SAMPLES_MAX
        if more > 0:
            console.print(f"{verdict.audit.name}: and {more:,} more")
        if verdict.repaired is not None:
            console.print(f"{verdict.audit.name}: repair: {verdict.repaired}", markup=False, highlight=False)
