"""What is left open ends: payments nobody finishes, cards that are declined on and on, units that went meanwhile."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from psycopg import Rollback

from kernel.database import SyncDatabase
from tests.selling.audits import assert_sound
from tests.selling.buying import Buyer, ready_buyer
from tests.selling.queries import AGE_PAYMENT, COUNT_ORDERS, EXPIRE_HOLDS, SET_PAYMENT_STATE
from tests.selling.test_orders import statuses
from tests.selling.test_units import units
from tests.support.polling import eventually
from tests.support.stack import Stack
from write_side.orders.declines import LIMITS
from write_side.orders.rules import ENDED, LIVE
from write_side.orders.sql import CLAIM_OPEN_PAYMENTS
from write_side.orders.sweeping import CONFIRM_SECONDS


def test_a_buyer_who_never_comes_back_from_the_bank(
    shop_client: httpx.Client, product: dict[str, Any], stack: Stack, database: SyncDatabase
) -> None:
    buyer = ready_buyer(shop_client, product["sku"], 3)
    order_id = buyer.pay("tok_3ds").json()["id"]
    with database.transaction() as conn:
        conn.execute(AGE_PAYMENT, {"order_id": order_id, "seconds": CONFIRM_SECONDS + 1})
    eventually(lambda: statuses(buyer.see(order_id)) == ("canceled", "none"), "the order given up")
    assert buyer.pay().status_code == 201, "the cart is the buyer's again"
    assert units(database, product["sku"]) == (10, 3, 0)
    assert_sound(stack, database)


@pytest.mark.parametrize("state", sorted(LIVE | ENDED))
def test_whatever_may_still_take_money_is_asked_about(buyer: Buyer, database: SyncDatabase, state: str) -> None:
    """Authorized money is not: it is taken when the goods go out."""
    order_id = buyer.pay("tok_3ds").json()["id"]
    with database.transaction() as conn, conn.transaction():
        conn.execute(SET_PAYMENT_STATE, {"order_id": order_id, "state": state})
        due = conn.execute(CLAIM_OPEN_PAYMENTS, {"lease_seconds": 30.0, "limit": 1000}).fetchall()
        assert (order_id in {str(row[0]) for row in due}) == (state in LIVE - {"authorized"})
        raise Rollback


def test_a_cart_whose_cards_are_declined_on_and_on_has_to_wait(buyer: Buyer, product: dict[str, Any]) -> None:
    declines = [buyer.pay("tok_decline").status_code for _ in range(LIMITS["demo"].per_cart)]
    assert set(declines) == {402}
    refused = buyer.pay("tok_ok")
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert int(refused.headers["retry-after"]) > 0
    assert ready_buyer(buyer.client, product["sku"]).pay().status_code == 201, "others are not held back"


def test_units_that_went_before_the_order_are_told_and_nothing_is_taken(
    buyer: Buyer, sell, stack: Stack, database: SyncDatabase
) -> None:
    sku = sell(quantity=5)["sku"]
    late = ready_buyer(buyer.client, sku, 2)
    with database.transaction() as conn:
        conn.execute(EXPIRE_HOLDS, {"carts": [late.cart["id"]]})
    assert ready_buyer(buyer.client, sku, 4).pay().status_code == 201
    answer = late.pay()
    assert (answer.status_code, answer.json()["code"], answer.json()["available"]) == (409, "out_of_stock", 1)
    with database.transaction() as conn:
        assert conn.execute(COUNT_ORDERS, {"cart_id": late.cart["id"]}).fetchone() == (0,)
    assert_sound(stack, database)
