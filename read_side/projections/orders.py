"""Orders as their buyers' history lists them. No address and no name: those stand with the order itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kernel.database import SyncWriteConnection
from kernel.shapes import Money, OrderSummary
from read_side.projections.kinds import Kind
from read_side.projections.orders_sql import SELECT_ORDER_SOURCES, STORE_ENTRIES

TITLES_MAX: Final = 3
"""Titles of an order that its entry in a list names."""


def summary(row: Sequence[Any]) -> OrderSummary:
    """The summary of a source row. Pure."""
    (
        order_id,
        number,
        status,
        payment_status,
        fulfilment_status,
        total,
        currency,
        created_at,
        placed_at,
        units,
        titles,
    ) = row
    return OrderSummary(
        id=order_id,
        number=number,
        status=status,
        payment_status=payment_status,
        fulfilment_status=fulfilment_status,
        total=Money(total, currency),
        units=units,
        titles=titles[:TITLES_MAX],
        created_at=created_at,
        placed_at=placed_at,
    )


def build_orders(conn: SyncWriteConnection, ids: Sequence[str]) -> Mapping[str, OrderSummary]:
    """Summaries of these orders; a pending one has none: until it is placed it is its buyer's attempt, not an order."""
    rows = conn.execute(SELECT_ORDER_SOURCES, {"ids": list(ids)}).fetchall()
    return {row[0]: summary(row) for row in rows}


def enter(conn: SyncWriteConnection, ids: Sequence[str]) -> None:
    """Put changed orders into their customers' lists."""
    conn.execute(STORE_ENTRIES, {"ids": list(ids)})


ORDER: Final = Kind("order", build_orders, OrderSummary)
