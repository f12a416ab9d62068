"""What may be done to a cart depends on where it stands on its way to an order."""

from __future__ import annotations

import pytest

from tests.carts.queries import (
    DROP_ORDER,
    HOLD,
    ORDER_CART,
    SELECT_CART,
    SELECT_HELD,
    SET_STATUS,
    SPREAD_STOCK,
)
from tests.carts.shopping import Guest, error, usd

IN_CALIFORNIA = {
    "name": "Ada Byron",
    "line1": "1 Analytical Way",
    "city": "San Jose",
    "region": "CA",
    "postal_code": "95113",
    "country": "US",
}


def to_checkout(guest: Guest) -> None:
    body = {"email": "ada@example.com", "shipping_address": IN_CALIFORNIA}
    answer = guest.client.post(f"/api/v1{guest.address}/checkout", json=body, headers=guest.headers())
    guest.cart = answer.raise_for_status().json()["cart"]
    assert guest.cart["status"] == "checking_out"


def hold(conn, guest: Guest, sku: str, quantity: int, seconds: int) -> None:
    parameters = {"cart_id": guest.cart["id"], "sku": sku, "quantity": quantity, "seconds": seconds}
    conn.execute(HOLD, parameters)


def test_an_edit_takes_a_cart_back_from_checkout_and_frees_its_units(guest, product, other, database) -> None:
    guest.put(product["sku"], 4)
    to_checkout(guest)
    answer = guest.put(other["sku"], 1)
    assert (answer.json()["status"], answer.json()["holds_until"]) == ("active", None)
    with database.transaction() as conn:
        assert conn.execute(SELECT_HELD, {"sku": product["sku"]}).fetchone() == (0, 0)
        row = conn.execute(SELECT_CART, {"cart_id": guest.cart["id"]}).fetchone()
    assert row is not None
    assert row[:2] == ("active", None)


def test_a_known_address_is_taxed_at_every_edit(guest, product) -> None:
    guest.put(product["sku"], 1)
    to_checkout(guest)
    cart = guest.put(product["sku"], 2).json()
    assert (cart["tax"], cart["total"]) == (usd(725), usd(2 * 4999 + 725))
    assert cart["shipping_address"]["region"] == "CA"
    assert guest.see().json() == cart


def test_what_changes_nothing_leaves_a_cart_at_checkout(guest, product, database) -> None:
    guest.put(product["sku"], 4)
    to_checkout(guest)
    assert guest.put(product["sku"], 4).json()["status"] == "checking_out"
    with database.transaction() as conn:
        assert conn.execute(SELECT_HELD, {"sku": product["sku"]}).fetchone() == (4, 4)


def test_one_s_own_units_count_as_available(guest, product) -> None:
    guest.put(product["sku"], 8)
    to_checkout(guest)
    refused = guest.put(product["sku"], 11)
    assert (error(refused), refused.json()["available"]) == ((409, "out_of_stock"), 10)
    assert guest.put(product["sku"], 10).status_code == 200


def test_units_held_for_others_are_not_available_until_their_hold_ends(guest, product, edge_client, database) -> None:
    other = Guest(edge_client).open((product["sku"], 7))
    with database.transaction() as conn:
        hold(conn, other, product["sku"], 4, 600)
        hold(conn, other, product["sku"], 3, -1)
    refused = guest.put(product["sku"], 7)
    assert (error(refused), refused.json()["available"]) == ((409, "out_of_stock"), 6)
    assert guest.put(product["sku"], 6).status_code == 200


def test_a_spread_sku_is_available_in_all_its_buckets(guest, product, database) -> None:
    with database.transaction() as conn:
        conn.execute(SPREAD_STOCK, {"sku": product["sku"]})
    assert guest.put(product["sku"], 13).status_code == 200
    assert guest.put(product["sku"], 14).json()["available"] == 13


def test_a_cart_that_is_being_ordered_names_its_order(guest, product, database) -> None:
    guest.put(product["sku"], 1)
    with database.transaction() as conn:
        row = conn.execute(ORDER_CART, {"cart_id": guest.cart["id"]}).fetchone()
    assert row is not None
    try:
        for answer in (guest.put(product["sku"], 2), guest.remove(product["sku"]), guest.add((product["sku"], 1))):
            assert error(answer) == (409, "order_pending")
            assert answer.json()["order_id"] == row[0]
    finally:
        with database.transaction() as conn:
            conn.execute(DROP_ORDER, {"cart_id": guest.cart["id"]})


@pytest.mark.parametrize("status", ["completed", "expired", "merged"])
def test_a_cart_at_its_end_stays_as_it_is(guest, product, database, status: str) -> None:
    guest.put(product["sku"], 1)
    before = guest.cart["version"]
    with database.transaction() as conn:
        conn.execute(SET_STATUS, {"cart_id": guest.cart["id"], "status": status})
    for answer in (guest.put(product["sku"], 2), guest.remove(product["sku"]), guest.add((product["sku"], 1))):
        assert error(answer) == (409, "illegal_transition")
        assert answer.json()["status"] == status
    seen = guest.client.get(f"/api/v1{guest.address}", headers={"cart-token": guest.token}).json()
    assert (seen["version"], [line["quantity"] for line in seen["lines"]]) == (before, [1])
