"""Money: an order is paid once and in full, and nothing is kept of one that came to nothing."""

from __future__ import annotations

from ops.verify.audit import Audit, AuditResult, Context
from ops.verify.selling import select_wrong
from ops.verify.selling_queries import COUNT_MONEY, SELECT_WRONG_MONEY


def run(context: Context) -> AuditResult:
    """Orders against payments, payments against refunds."""
    return select_wrong(context, COUNT_MONEY, SELECT_WRONG_MONEY)


AUDIT = Audit(
    "money", "one capture an order, as much as it costs; refunds within captures; nothing kept for nothing", run
)
