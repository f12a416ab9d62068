"""The audits in the order they run. A new audit is a module below `audits/` and its name here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ops.verify.audit import Audit
from ops.verify.audits import (
    audit_trail,
    bucket,
    deliveries,
    gateway,
    idempotency,
    index,
    levels,
    money,
    orders,
    promises,
    read_tables,
)

AUDITS: Final[tuple[Audit, ...]] = tuple(
    module.AUDIT
    for module in (
        levels,
        promises,
        orders,
        money,
        gateway,
        idempotency,
        deliveries,
        audit_trail,
        read_tables,
        index,
        bucket,
    )
)


def chosen(names: Sequence[str]) -> list[Audit]:
    """The audits of these names, all without any. ValueError names those that do not exist."""
    known = {audit.name: audit for audit in AUDITS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"no audit {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names] if names else list(AUDITS)
