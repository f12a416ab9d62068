"""The statements of a cart and of an order, in the order in which the write side sends them."""

from __future__ import annotations

from typing import Final

from ops.bench.limits import pgbench_sql
from write_side import sql as keys
from write_side.carts import sql as carts
from write_side.checkout import sql as checkout
from write_side.inventory import hold_sql as holds
from write_side.orders import sql as orders
from write_side.pricing import sql as pricing

BEGIN: Final = "BEGIN"
COMMIT: Final = "COMMIT"

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
    COMMIT,
    BEGIN,
    carts.LOCK_CART,
    carts.SELECT_CONTENTS,
    _with(carts.STORE_CART, shipping="0", tax="0", total="4999"),
    COMMIT,
)
CHECKOUT: Final = (
    BEGIN,
    carts.LOCK_CART,
    carts.SELECT_LINES,
    pricing.SELECT_RATES,
    _with(checkout.START_CHECKOUT, total="5361"),
    holds.KEEP_HOLDS,
    holds.HOLD_UNITS,
    COMMIT,
)
PREPARE: Final = (
    BEGIN,
    keys.TRY_LOCK_KEY,
    keys.SELECT_KEY,
    carts.LOCK_CART,
    orders.SELECT_DECLINES,
    carts.SELECT_LINES,
    pricing.SELECT_RATES,
    orders.INSERT_ORDER,
    holds.KEEP_HOLDS,
    COMMIT,
)
SETTLE: Final = (
    BEGIN,
    orders.LOCK_ORDER,
    _with(orders.PLACE_ORDER, events=pgbench_sql.OWED),
    orders.SELECT_ORDER,
    keys.ANSWER_ORDER_KEYS,
    holds.CONSUME_HOLDS,
    COMMIT,
)
ORDER: Final = (*CART, *CHECKOUT, *PREPARE, *SETTLE)
