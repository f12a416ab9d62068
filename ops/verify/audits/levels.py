"""Stock: each level equals the sum of its movements and promises no more than is there."""

from __future__ import annotations

from ops.verify.audit import Audit, AuditResult, Context, Violation
from ops.verify.queries import COUNT_LEVELS, SELECT_WRONG_LEVELS


def run(context: Context) -> AuditResult:
    """Levels against the ledger, in both directions, in one snapshot."""
    with context.database.snapshot() as conn:
        (checked,) = conn.execute(COUNT_LEVELS).fetchone() or (0,)
        rows = conn.execute(SELECT_WRONG_LEVELS).fetchall()
    return AuditResult(checked, [_violation(*row) for row in rows])


def _violation(sku: str, location: str, bucket: int, *figures: int) -> Violation:
    names = ("on_hand", "allocated", "reserved")
    pairs = zip(names, figures[::2], figures[1::2], strict=True)
    problem = ", ".join(f"{name} {level}, movements {ledger}" for name, level, ledger in pairs)
    return Violation(f"{sku}@{location}#{bucket}", problem)


AUDIT = Audit("levels", "stock levels equal the sums of their movements, none is negative", run)
