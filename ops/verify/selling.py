"""What the audits of selling have in common: one statement that selects what is wrong, in one snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ops.verify.audit import AuditResult, Context, Violation

OVERDUE_SECONDS: Final = 90
"""An order left half-done is taken up after a minute; what is still open then is a fault."""


def select_wrong(context: Context, count: str, wrong: str, parameters: Mapping[str, Any] | None = None) -> AuditResult:
    """How many things `count` counts, and what `wrong` selects as (subject, problem)."""
    with context.database.snapshot() as conn:
        (checked,) = conn.execute(count).fetchone() or (0,)
        rows = conn.execute(wrong, parameters).fetchall()
    return AuditResult(checked, [Violation(subject, problem) for subject, problem in rows])
