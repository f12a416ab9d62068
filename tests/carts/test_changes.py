"""What a change of a cart leaves behind: a fact for each, the prices of now, an end to sliding holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kernel.database import SyncDatabase
from tests.carts.queries import BEGIN_CHECKOUT_AGO, SELECT_FACTS
from tests.carts.shopping import Guest, usd
from tests.carts.test_states import to_checkout


def test_each_change_is_a_fact(guest: Guest, product: dict[str, Any], database: SyncDatabase) -> None:
    guest.put(product["sku"], 2)
    guest.put(product["sku"], 2)
    guest.put(product["sku"], 3)
    to_checkout(guest)
    guest.put(product["sku"], 0)
    with database.transaction() as conn:
        facts = conn.execute(SELECT_FACTS, {"cart_id": guest.cart["id"]}).fetchall()
    assert facts == [("CartChanged", version) for version in (1, 2, 3, 4, 5)]


def test_a_cart_at_checkout_has_the_prices_it_was_told(guest: Guest, product: dict[str, Any], staff) -> None:
    guest.put(product["sku"], 2)
    body = {"sku": product["sku"], "price": {"amount": 5999, "currency": "USD"}}
    staff.put(f"/api/v1/admin/products/{product['id']}/prices", json=body).raise_for_status()
    to_checkout(guest)
    told = {"code": "price_changed", "sku": product["sku"], "seen": usd(4999), "now": usd(5999)}
    assert guest.cart["notices"] == [told]
    seen = guest.see().json()
    assert (seen["lines"][0]["unit_price"], seen["subtotal"]) == (usd(5999), usd(2 * 5999))
    to_checkout(guest)
    assert guest.cart["notices"] == []


def test_holds_slide_for_half_an_hour_at_most(guest: Guest, product: dict[str, Any], database: SyncDatabase) -> None:
    guest.put(product["sku"], 1)
    to_checkout(guest)
    with database.transaction() as conn:
        (began,) = conn.execute(BEGIN_CHECKOUT_AGO, {"cart_id": guest.cart["id"], "minutes": 27}).fetchone() or ()
    for _ in range(2):
        to_checkout(guest)
        until = datetime.fromisoformat(guest.cart["holds_until"])
        assert abs(until - began - timedelta(minutes=30)) < timedelta(seconds=1)
