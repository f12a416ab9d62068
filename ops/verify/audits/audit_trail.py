"""The log of what staff changed: nothing taken out, nothing altered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ops.verify.audit import Audit, AuditResult, Context, Violation
from ops.verify.queries import SELECT_AUDIT_TRAIL
from write_side.staff.audit import FIRST_HASH, entry_hash


def run(context: Context) -> AuditResult:
    """Every entry follows the one before it without a gap, names its hash and hashes to its own."""
    with context.database.snapshot() as conn:
        rows = conn.execute(SELECT_AUDIT_TRAIL).fetchall()
    return AuditResult(len(rows), list(broken_links(rows)))


def broken_links(rows: Iterable[tuple[Any, ...]]) -> Iterator[Violation]:
    """What is wrong with a chain of (sequence, at, actor, action, subject, before, after, previous, hash)."""
    expected, last = 1, FIRST_HASH
    for sequence, at, actor, action, subject, before, after, previous, digest in rows:
        name = f"entry {sequence}"
        if sequence != expected:
            yield Violation(name, f"entries {expected} to {sequence - 1} are missing")
        elif bytes(previous) != last:
            yield Violation(name, "does not follow the entry before it")
        if bytes(digest) != entry_hash(bytes(previous), sequence, at, actor, action, subject, before, after):
            yield Violation(f"{name} content", "is not what was recorded")
        expected, last = sequence + 1, bytes(digest)


AUDIT = Audit("audit-trail", "the log of staff's changes is an unbroken chain of hashes", run)
