"""Lists, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from ops.sandbox.gateway import sql
from ops.sandbox.gateway.answers import Answer, answer
from ops.sandbox.gateway.ledger import Ledger
from ops.sandbox.gateway.objects import Dispute, Intent, Refund
from ops.sandbox.gateway.params import Page


def intents(ledger: Ledger, page: Page, origin: str) -> Answer:
    """PaymentIntents."""
    return _page(ledger, sql.SELECT_INTENTS, page, "payment_intents", lambda row: Intent(*row).shown(origin))


def refunds(ledger: Ledger, page: Page) -> Answer:
    """Refunds, of one intent where it is given."""
    return _page(ledger, sql.SELECT_REFUNDS, page, "refunds", lambda row: Refund(*row).shown(_currency(ledger, row[2])))


def disputes(ledger: Ledger, page: Page) -> Answer:
    """Disputes, of one intent where it is given."""
    return _page(
        ledger, sql.SELECT_DISPUTES, page, "disputes", lambda row: Dispute(*row).shown(_currency(ledger, row[2]))
    )


def events(ledger: Ledger, page: Page) -> Answer:
    """Events, of one type where it is given."""
    return _page(ledger, sql.SELECT_EVENTS, page, "events", lambda row: msgspec.Raw(row[1]))


def _page(ledger: Ledger, statement: str, page: Page, name: str, shown: Callable[[Any], Any]) -> Answer:
    rows = ledger.read(
        statement,
        {
            "after": page.starting_after,
            "limit": page.limit + 1,
            "intent": page.payment_intent,
            "type": page.type,
        },
    )
    data = [shown(row) for row in rows[: page.limit]]
    return answer({"object": "list", "data": data, "has_more": len(rows) > page.limit, "url": f"/v1/{name}"})


def _currency(ledger: Ledger, intent_id: str) -> str:
    return Intent(*ledger.read(sql.SELECT_INTENT, (intent_id,))[0]).currency
