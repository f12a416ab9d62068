"""Idempotency keys: every finished order has answered its key, and each key made one order at most."""

from __future__ import annotations

from ops.verify.audit import Audit, AuditResult, Context
from ops.verify.selling import OVERDUE_SECONDS, select_wrong
from ops.verify.selling_queries import COUNT_KEYS, SELECT_WRONG_KEYS


def run(context: Context) -> AuditResult:
    """Keys against the orders they made."""
    return select_wrong(context, COUNT_KEYS, SELECT_WRONG_KEYS, {"overdue_seconds": OVERDUE_SECONDS})


AUDIT = Audit("idempotency", "every finished order answered its key, each key made one order", run)
