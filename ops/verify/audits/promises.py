"""Stock promised: what is reserved is held, what is allocated belongs to orders, no order lacks a unit."""

from __future__ import annotations

from ops.verify.audit import Audit, AuditResult, Context
from ops.verify.selling import select_wrong
from ops.verify.selling_queries import COUNT_PROMISES, SELECT_WRONG_PROMISES


def run(context: Context) -> AuditResult:
    """Levels against holds and allocations, lines against allocations."""
    return select_wrong(context, COUNT_PROMISES, SELECT_WRONG_PROMISES)


AUDIT = Audit("promises", "reserved units are held by carts, allocated units belong to orders, and all of them", run)
