"""Running audits: one look, five seconds later a second one where something differed, then the verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ops.verify.audit import Audit, AuditResult, Context, Violation
from ops.verify.queries import SELECT_UNDONE_KEYS

SECOND_LOOK_SECONDS: Final = 5.0
"""Time for work under way to finish: a difference that is gone by then was only being worked on."""


@dataclass(frozen=True)
class Verdict:
    """What an audit found, and how long it took over all its looks."""

    audit: Audit
    result: AuditResult
    seconds: float
    repaired: str | None = None


def verify(
    audits: Sequence[Audit],
    context: Context,
    *,
    repair: bool = False,
    pause: Callable[[float], None] = time.sleep,
) -> list[Verdict]:
    """Run the audits in order. With `repair`, ask for what differs to be made again; it still counts."""
    first = {audit.name: _look(audit, context) for audit in audits}
    doubtful = [audit for audit in audits if first[audit.name].result.violations]
    if doubtful:
        context.progress(f"second look in {SECOND_LOOK_SECONDS:.0f} s", 0, None)
        pause(SECOND_LOOK_SECONDS)
    second = {audit.name: _confirm(first[audit.name], _look(audit, context), context) for audit in doubtful}
    verdicts = [second.get(audit.name, first[audit.name]) for audit in audits]
    return [_repair(verdict, context) for verdict in verdicts] if repair else verdicts


def _look(audit: Audit, context: Context) -> Verdict:
    context.progress(audit.name, 0, None)
    started = time.perf_counter()
    result = audit.run(context)
    return Verdict(audit, result, time.perf_counter() - started)


def _confirm(first: Verdict, second: Verdict, context: Context) -> Verdict:
    before = {violation.subject for violation in first.result.violations}
    lasting = [violation for violation in second.result.violations if violation.subject in before]
    result = AuditResult(second.result.checked, _unexplained(lasting, context))
    return Verdict(second.audit, result, first.seconds + second.seconds)


def _unexplained(violations: list[Violation], context: Context) -> list[Violation]:
    keys = sorted({key for violation in violations for key in violation.keys})
    if not keys:
        return violations
    with context.database.snapshot() as conn:
        undone = {key for (key,) in conn.execute(SELECT_UNDONE_KEYS, {"keys": keys})}
    return [violation for violation in violations if not undone.intersection(violation.keys)]


def _repair(verdict: Verdict, context: Context) -> Verdict:
    if not verdict.result.violations:
        return verdict
    if verdict.audit.repair is None:
        said = "nothing to ask for again: a person must find the cause"
    else:
        said = verdict.audit.repair(context, verdict.result.violations)
    return Verdict(verdict.audit, verdict.result, verdict.seconds, said)
