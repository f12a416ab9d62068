"""The scripts: what each token makes of a charge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

LATER_SECONDS: Final = 2.0
"""When the second act of a script comes."""

SILENT_SECONDS: Final = 60.0
"""How long an answer is kept back that no client waits for: longer than any time-out."""

LATE_WEBHOOK_SECONDS: Final = 20.0
"""A charge that was never answered is told of later than clients wait for the answer: asking finds it out first."""


@dataclass(frozen=True)
class Script:
    """The status a charge has at once, the reason it failed, and what comes after the answer."""

    status: Literal["succeeded", "requires_action", "requires_payment_method"]
    decline_code: str | None = None
    later: Literal["capture", "dispute"] | None = None
    silent: bool = False


SCRIPTS: Final = {
    "tok_ok": Script("succeeded"),
    "tok_decline": Script("requires_payment_method", "generic_decline"),
    "tok_3ds": Script("requires_action"),
    "tok_timeout": Script("succeeded", silent=True),
    "tok_late_success": Script("requires_payment_method", "generic_decline", later="capture"),
    "tok_dispute": Script("succeeded", later="dispute"),
}
