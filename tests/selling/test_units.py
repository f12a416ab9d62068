"""The units of an order: its own when it is placed, and its money goes back where they are gone by then."""

from __future__ import annotations

from typing import Any

import httpx

from kernel.database import SyncDatabase
from tests.selling.audits import assert_sound
from tests.selling.buying import Buyer, ready_buyer
from tests.selling.queries import EXPIRE_HOLDS, SELECT_UNITS
from tests.selling.test_webhooks import confirm
from tests.support.polling import eventually
from tests.support.stack import Stack


def units(database: SyncDatabase, sku: str) -> Any:
    """Units on hand, allocated to orders and reserved by holds."""
    with database.transaction() as conn:
        return conn.execute(SELECT_UNITS, {"sku": sku}).fetchone()


def test_a_placed_order_has_its_units(
    shop_client: httpx.Client, product: dict[str, Any], stack: Stack, database: SyncDatabase
) -> None:
    buyer = ready_buyer(shop_client, product["sku"], 3)
    assert units(database, product["sku"]) == (10, 0, 3)
    assert buyer.pay().status_code == 201
    assert units(database, product["sku"]) == (10, 3, 0)
    assert_sound(stack, database)


def test_a_declined_order_keeps_its_holds_for_another_try(
    shop_client: httpx.Client, product: dict[str, Any], database: SyncDatabase
) -> None:
    buyer = ready_buyer(shop_client, product["sku"], 3)
    assert buyer.pay("tok_decline").status_code == 402
    assert units(database, product["sku"]) == (10, 0, 3)
    assert buyer.pay().status_code == 201
    assert units(database, product["sku"]) == (10, 3, 0)


def test_units_that_are_gone_when_the_money_comes(buyer: Buyer, sell, stack: Stack, database: SyncDatabase) -> None:
    """A buyer stays at the bank until their holds have run out, and another takes everything meanwhile."""
    sku = sell(quantity=5)["sku"]
    late = ready_buyer(buyer.client, sku, 2)
    order = late.pay("tok_3ds").json()
    with database.transaction() as conn:
        conn.execute(EXPIRE_HOLDS, {"carts": [late.cart["id"]]})
    assert ready_buyer(buyer.client, sku, 4).pay().status_code == 201

    confirm(order)
    eventually(lambda: late.see(order["id"])["payment_status"] == "refunded", "the money goes back", 60)
    seen = late.see(order["id"])
    assert (seen["status"], seen["cancel_reason"]) == ("canceled", "out_of_stock")
    assert [entry["kind"] for entry in seen["timeline"]] == ["created", "canceled", "refunded"]
    assert units(database, sku) == (5, 4, 0)
    late.put(sku, 1).raise_for_status()
    late.check_out().raise_for_status()
    assert late.pay().status_code == 201, "the cart is the buyer's again"
    assert_sound(stack, database)
