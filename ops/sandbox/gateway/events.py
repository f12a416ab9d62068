"""Events: what the shop is told, kept until it has taken it."""

from __future__ import annotations

import sqlite3
import time
from typing import Any, Final

import msgspec

from ops.sandbox.gateway import sql
from ops.sandbox.gateway.objects import new_id, now

API_VERSION: Final = "2026-10-28.sandbox"
DELAY_SECONDS: Final = 0.2
"""Webhooks come after the answer they belong to, as a rule; nothing may rely on it."""


def append(
    conn: sqlite3.Connection, type_: str, content: dict[str, Any], *, delay_seconds: float = DELAY_SECONDS
) -> None:
    """An event of what just became true; it is sent once the transaction is committed, `delay_seconds` later."""
    id_ = new_id("evt")
    event = {
        "id": id_,
        "object": "event",
        "api_version": API_VERSION,
        "created": now(),
        "data": {"object": content},
        "livemode": False,
        "pending_webhooks": 1,
        "type": type_,
    }
    body = msgspec.json.encode(event)
    row = {"id": id_, "created": event["created"], "type": type_, "body": body}
    conn.execute(sql.INSERT_EVENT, {**row, "next_at": time.time() + delay_seconds})
