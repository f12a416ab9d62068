"""The outbox: nothing waits longer than a minute, nothing was given up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ops.verify.audit import Audit, AuditResult, Context, Violation
from ops.verify.queries import (
    COUNT_DELIVERIES,
    REVIVE_DELIVERIES,
    REVIVE_KEPT,
    REVIVE_KEYED,
    SELECT_DEAD,
    SELECT_OVERDUE,
)

OVERDUE_SECONDS: Final = 60
"""DESIGN part 4: what was due a minute ago and is undone means that a consumer stands still."""


def run(context: Context) -> AuditResult:
    """Overdue and dead deliveries, with their last error."""
    with context.database.snapshot() as conn:
        (checked,) = conn.execute(COUNT_DELIVERIES).fetchone() or (0,)
        overdue = conn.execute(SELECT_OVERDUE, {"seconds": OVERDUE_SECONDS}).fetchall()
        dead = conn.execute(SELECT_DEAD).fetchall()
    violations = [
        Violation(f"{consumer}|{key}", f"due {seconds:.0f} s ago, attempt {attempts}: {error or 'no error'}")
        for consumer, key, attempts, error, seconds in overdue
    ]
    violations += [
        Violation(f"{consumer}|{key}", f"dead after {attempts} attempts: {error or 'no error'}")
        for consumer, key, attempts, error in dead
    ]
    return AuditResult(checked, violations)


def repair(context: Context, violations: Iterable[Violation]) -> str:
    """Make dead and overdue deliveries due now, as if never tried."""
    pairs = [violation.subject.split("|", 1) for violation in violations]
    parameters = {"consumers": [pair[0] for pair in pairs], "keys": [pair[1] for pair in pairs]}
    with context.database.transaction() as conn:
        revived = sum(
            conn.execute(statement, parameters).rowcount for statement in (REVIVE_DELIVERIES, REVIVE_KEYED, REVIVE_KEPT)
        )
    return f"{revived} deliveries made due now"


AUDIT = Audit("deliveries", f"no delivery is overdue by more than {OVERDUE_SECONDS} s, none is dead", run, repair)
