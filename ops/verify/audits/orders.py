"""Orders and carts: totals add up, states agree, none stands half-done."""

from __future__ import annotations

from ops.verify.audit import Audit, AuditResult, Context
from ops.verify.selling import OVERDUE_SECONDS, select_wrong
from ops.verify.selling_queries import COUNT_ORDERS, SELECT_WRONG_ORDERS


def run(context: Context) -> AuditResult:
    """Each order and cart against its lines, its timeline and each other."""
    return select_wrong(context, COUNT_ORDERS, SELECT_WRONG_ORDERS, {"overdue_seconds": OVERDUE_SECONDS})


AUDIT = Audit("orders", "totals are the sums of their lines, orders and carts agree, none stands half-done", run)
