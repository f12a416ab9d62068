"""The gateway's ledger: what it took and gave back is what we think it did, in both directions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import httpx
import msgspec

from kernel.settings import PaymentSettings, load
from ops.verify.audit import Audit, AuditResult, Context, Violation
from ops.verify.selling_queries import SELECT_PAYMENTS

TIMEOUT_SECONDS = 20.0


class Intent(msgspec.Struct, frozen=True):
    """A line of the sandbox's ledger."""

    id: str
    captured: int
    refunded: int
    metadata: dict[str, str]

    @property
    def attempt(self) -> str:
        """Which attempt of which order it is of, as `order:attempt`."""
        return f"{self.metadata.get('order_id')}:{self.metadata.get('attempt')}"


@dataclass(frozen=True)
class Payment:
    """What our books say of an attempt; `settling` while money is on its way back or nobody knows the outcome yet."""

    captured: int
    refunded: int
    settling: bool


_line = msgspec.json.Decoder(Intent).decode


def read_ledger(settings: PaymentSettings) -> list[Intent]:
    """Every intent of the sandbox."""
    headers = {"authorization": f"Bearer {settings.sandbox_key}"}
    with httpx.stream(
        "GET", f"{settings.sandbox_url}/sandbox/ledger", headers=headers, timeout=TIMEOUT_SECONDS
    ) as answer:
        answer.raise_for_status()
        return [_line(line) for line in answer.iter_lines() if line]


def differences(ledger: Iterable[Intent], ours: Mapping[str, Payment]) -> list[Violation]:
    """Where the two books differ. Pure."""
    theirs = {intent.attempt: intent for intent in ledger}
    found = []
    for attempt, intent in theirs.items():
        payment = ours.get(attempt)
        if payment is None and intent.captured:
            found.append(Violation(attempt, f"the gateway took {intent.captured} for an order we do not have"))
        elif (
            payment
            and not payment.settling
            and (payment.captured, payment.refunded) != (intent.captured, intent.refunded)
        ):
            problem = f"captured {payment.captured}, the gateway says {intent.captured}; returned {payment.refunded}, {intent.refunded}"
            found.append(Violation(attempt, problem))
    missing = (attempt for attempt, payment in ours.items() if payment.captured and attempt not in theirs)
    return [*found, *(Violation(attempt, "the gateway knows nothing of this capture") for attempt in missing)]


def run(context: Context) -> AuditResult:
    """The sandbox's ledger against our payments; a stack without a sandbox has nothing to compare here."""
    (settings,) = load(PaymentSettings, env=context.env)
    if not settings.sandbox_url:
        return AuditResult(0)
    with context.database.snapshot() as conn:
        rows = conn.execute(SELECT_PAYMENTS, {"gateway": "sandbox"}).fetchall()
    ours = {
        row[1]: Payment(row[2], row[3], row[5] or row[4] in {"created", "processing", "requires_action", "unknown"})
        for row in rows
    }
    ledger = read_ledger(settings)
    return AuditResult(len(ledger) + len(ours), differences(ledger, ours))


AUDIT = Audit("gateway", "the gateway's ledger equals our payments, both ways", run)
