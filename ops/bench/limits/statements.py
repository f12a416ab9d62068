"""The statements of a cart and of an order, in the order in which the write side sends them."""

from __future__ import annotations

from typing import Final

from kernel.outbox_sql import APPEND_EVENTS
from ops.bench.limits import pgbench_sql
from write_side import sql as keys
from write_side.carts import sql as carts
from write_side.checkout import sql as checkout
from write_side.inventory import hold_sql as holds
from write_side.orders import sql as orders
from write_side.pricing import sql as pricing

BEGIN: Final = "BEGIN"
COMMIT: Final = "COMMIT"
SAVEPOINT: Final = "SAVEPOINT attempt"
RELEASE: Final = "RELEASE attempt"

NO_LINES: Final = carts.INSERT_CART.replace("%(lines)s", "'[]'")
EMPTY: Final = dict.fromkeys(("subtotal", "discount", "shipping", "tax", "total"), "0")


def _with(statement: str, **values: str) -> str:
    """A statement with some of its parameters fixed."""
    for name, value in values.items():
        statement = statement.replace(f"%({name})s", value)
    return statement


CART: Final = (
    BEGIN,
    _with(NO_LINES, **EMPTY),
    APPEND_EVENTS,
    COMMIT,
    BEGIN,
    carts.LOCK_CART,
    carts.SELECT_CONTENTS,
    _with(carts.STORE_CART, shipping="0", tax="0", total="4999"),
    APPEND_EVENTS,
    COMMIT,
)
CHECKOUT: Final = (
    BEGIN,
    carts.LOCK_CART,
    carts.SELECT_LINES,
    pricing.SELECT_TAX_RATE,
    pricing.SELECT_SHIPPING_RATES,
    _with(checkout.START_CHECKOUT, total="5361"),
    carts.STORE_LINES,
    APPEND_EVENTS,
    holds.KEEP_HOLDS,
    holds.HOLD_UNITS,
    checkout.STORE_HOLDS_UNTIL,
    COMMIT,
)
PREPARE: Final = (
    BEGIN,
    keys.TRY_LOCK_KEY,
    keys.SELECT_KEY,
    SAVEPOINT,
    carts.LOCK_CART,
    orders.SELECT_DECLINES,
    carts.SELECT_LINES,
    pricing.SELECT_SHIPPING_RATES,
    pricing.SELECT_TAX_RATE,
    orders.INSERT_ORDER,
    keys.BEGIN_KEY,
    APPEND_EVENTS,
    holds.KEEP_HOLDS,
    RELEASE,
    COMMIT,
)
SETTLE: Final = (
    BEGIN,
    orders.LOCK_ORDER,
    orders.STORE_PAYMENT,
    orders.SELECT_LINES,
    SAVEPOINT,
    orders.PLACE_ORDER,
    _with(APPEND_EVENTS, events=pgbench_sql.OWED),
    holds.CONSUME_HOLDS,
    RELEASE,
    orders.SELECT_ORDER,
    keys.ANSWER_ORDER_KEYS,
    COMMIT,
)
ORDER: Final = (*CART, *CHECKOUT, *PREPARE, *SETTLE)
