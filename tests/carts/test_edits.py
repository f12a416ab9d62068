"""Filling a cart: lines, totals, limits, and what the shopper is told."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.carts.shopping import Guest, error, usd


def set_price(staff: httpx.Client, product: dict[str, Any], amount: int) -> None:
    body = {"sku": product["sku"], "price": usd(amount)}
    staff.put(f"/api/v1/admin/products/{product['id']}/prices", json=body).raise_for_status()


def unpublish(staff: httpx.Client, product: dict[str, Any]) -> None:
    staff.patch(f"/api/v1/admin/products/{product['id']}", json={"status": "unpublished"}).raise_for_status()


def test_a_new_cart_is_empty_and_tells_its_token_once(edge_client) -> None:
    guest = Guest(edge_client)
    made = guest.send("POST", "/carts")
    cart = made.json()
    assert made.status_code == 201
    assert (made.headers["location"], made.headers["etag"]) == (f"/api/v1/carts/{cart['id']}", '"1"')
    assert made.headers["cache-control"] == "no-store"
    assert (cart["version"], cart["status"], cart["lines"], cart["notices"]) == (1, "active", [], [])
    assert {cart[name]["amount"] for name in ("subtotal", "discount", "shipping", "tax", "total")} == {0}
    guest.token = cart["token"]
    assert "token" not in guest.see().json()


def test_tokens_cannot_be_guessed(edge_client) -> None:
    tokens = {Guest(edge_client).open().token for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token) * 6 >= 128 and token.isascii() for token in tokens)


def test_a_cart_may_begin_with_lines(edge_client, product, other) -> None:
    guest = Guest(edge_client).open((product["sku"], 2), (other["sku"], 1), (product["sku"], 1))
    assert guest.quantities == {product["sku"]: 3, other["sku"]: 1}
    assert guest.cart["total"] == usd(3 * 4999 + 1250)
    assert guest.see().json()["lines"] == guest.cart["lines"]


def test_a_line_is_priced_and_the_cart_adds_up(guest, product, other) -> None:
    answer = guest.put(product["sku"], 2)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    guest.put(other["sku"], 3)
    assert guest.cart["lines"] == [
        {
            "sku": product["sku"],
            "product_id": product["id"],
            "title": product["title"],
            "quantity": 2,
            "unit_price": usd(4999),
            "line_total": usd(9998),
        },
        {
            "sku": other["sku"],
            "product_id": other["id"],
            "title": other["title"],
            "quantity": 3,
            "unit_price": usd(1250),
            "line_total": usd(3750),
        },
    ]
    assert (guest.cart["version"], guest.cart["subtotal"], guest.cart["total"]) == (3, usd(13748), usd(13748))


def test_lines_keep_their_order(guest, sell) -> None:
    skus = [sell(amount=100 + number)["sku"] for number in range(5)]
    for sku in reversed(skus):
        guest.put(sku, 1)
    guest.put(skus[-1], 2)
    assert list(guest.quantities) == list(reversed(skus))
    assert [line["sku"] for line in guest.see().json()["lines"]] == list(reversed(skus))


def test_a_line_is_taken_out_by_delete_and_by_nothing(guest, product, other) -> None:
    guest.add((product["sku"], 1), (other["sku"], 1))
    assert guest.remove(product["sku"]).status_code == 200
    assert guest.quantities == {other["sku"]: 1}
    guest.put(other["sku"], 0)
    assert (guest.quantities, guest.cart["total"], guest.cart["version"]) == ({}, usd(0), 4)


def test_what_is_so_already_changes_nothing(guest, product) -> None:
    guest.put(product["sku"], 2)
    before = guest.consistency
    for again in (guest.put(product["sku"], 2), guest.remove("NOT-IN-IT"), guest.put("NOT-IN-IT", 0)):
        assert (again.status_code, again.headers["etag"], again.json()["version"]) == (200, '"2"', 2)
    assert guest.consistency == before


def test_more_than_there_is_leaves_the_line_as_it_was(guest, product) -> None:
    guest.put(product["sku"], 4)
    refused = guest.put(product["sku"], 11)
    assert error(refused) == (409, "out_of_stock")
    assert (refused.json()["sku"], refused.json()["available"]) == (product["sku"], 10)
    assert error(guest.put(product["sku"], 10**9)) == (409, "out_of_stock")
    assert error(guest.add((product["sku"], 7))) == (409, "out_of_stock")
    assert guest.see().json()["lines"][0]["quantity"] == 4
    assert guest.add((product["sku"], 6)).status_code == 200
    assert guest.quantities == {product["sku"]: 10}


def test_nothing_is_there_of_what_is_sold_out(guest, sell) -> None:
    refused = guest.put(sell(quantity=0)["sku"], 1)
    assert (error(refused), refused.json()["available"]) == ((409, "out_of_stock"), 0)


def test_all_lines_are_added_or_none(guest, product, other) -> None:
    refused = guest.add((other["sku"], 1), (product["sku"], 11))
    assert (error(refused), refused.json()["sku"]) == ((409, "out_of_stock"), product["sku"])
    refused = guest.add((other["sku"], 1), ("NOBODY-SELLS-THIS", 1))
    assert (error(refused), refused.json()["errors"][0]["path"]) == ((400, "validation_failed"), "lines[1].sku")
    assert guest.see().json()["lines"] == []


def test_a_hundred_lines_at_once(guest, sell) -> None:
    products = [sell(amount=100 + number) for number in range(100)]
    assert guest.add(*((product["sku"], 2) for product in products)).status_code == 200
    assert guest.cart["total"] == usd(sum(2 * (100 + number) for number in range(100)))
    assert guest.see().json()["lines"] == guest.cart["lines"]
    assert error(guest.add(*((product["sku"], 1) for product in [*products, products[0]]))) == (
        400,
        "validation_failed",
    )


def test_what_is_not_sold_is_not_found(guest, staff, product) -> None:
    assert error(guest.put("NOBODY-SELLS-THIS", 1)) == (404, "not_found")
    unpublish(staff, product)
    assert error(guest.put(product["sku"], 1)) == (404, "not_found")


def test_a_line_no_longer_sold_stays_until_it_is_taken_out(guest, staff, product, other) -> None:
    guest.put(product["sku"], 1)
    unpublish(staff, product)
    answer = guest.put(other["sku"], 1)
    assert answer.json()["notices"] == [{"code": "no_longer_sold", "sku": product["sku"], "seen": None, "now": None}]
    assert guest.quantities == {product["sku"]: 1, other["sku"]: 1}
    refused = guest.put(product["sku"], 2)
    assert (error(refused), refused.json()["available"]) == ((409, "out_of_stock"), 0)
    guest.remove(product["sku"])
    assert guest.quantities == {other["sku"]: 1}


def test_a_price_seen_that_is_no_longer_true_is_told(guest, staff, product) -> None:
    assert guest.put(product["sku"], 1, seen=4999).json()["notices"] == []
    told = guest.put(product["sku"], 2, seen=4000).json()
    notice = {"code": "price_changed", "sku": product["sku"], "seen": usd(4000), "now": usd(4999)}
    assert (told["notices"], told["total"]) == ([notice], usd(9998))
    assert guest.put(product["sku"], 2, seen=4001).json()["notices"][0]["seen"] == usd(4001)
    assert guest.see().json()["notices"] == []


def test_a_price_that_changes_is_told_at_the_next_edit(guest, staff, product, other) -> None:
    guest.put(product["sku"], 2)
    set_price(staff, product, 5999)
    told = guest.put(other["sku"], 1).json()
    assert told["notices"] == [{"code": "price_changed", "sku": product["sku"], "seen": usd(4999), "now": usd(5999)}]
    assert told["total"] == usd(2 * 5999 + 1250)
    assert guest.put(other["sku"], 2).json()["notices"] == []
    set_price(staff, product, 3999)
    assert guest.put(product["sku"], 2).json()["notices"][0]["now"] == usd(3999)
    assert guest.see().json()["total"] == usd(2 * 3999 + 2 * 1250)


def test_the_second_of_two_tabs_is_told_and_gets_the_fresh_cart(guest, product) -> None:
    seen = guest.cart["version"]
    assert guest.put(product["sku"], 1, if_match=f'"{seen}"').status_code == 200
    stale = guest.put(product["sku"], 2, if_match=f'"{seen}"')
    assert error(stale) == (409, "stale_cart")
    assert stale.json()["version"] == seen + 1
    assert stale.json()["cart"] == guest.see().json()
    assert error(guest.remove(product["sku"], if_match='"99"')) == (409, "stale_cart")
    assert error(guest.add((product["sku"], 1), if_match="nonsense")) == (409, "stale_cart")
    for fresh in (f'W/"{seen + 1}"', "*", f'"77", "{seen + 3}"'):
        assert guest.put(product["sku"], guest.cart["version"] + 1, if_match=fresh).status_code == 200


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"quantity": -1}, "quantity"),
        ({"quantity": "2"}, "quantity"),
        ({"quantity": 1.5}, "quantity"),
        ({"quantity": True}, "quantity"),
        ({"quantity": 10**12}, "quantity"),
        ({}, ""),
        ({"quantity": 1, "price": 1}, ""),
        ({"quantity": 1, "seen_price": {"amount": -1, "currency": "USD"}}, "seen_price.amount"),
        ({"quantity": 1, "seen_price": {"amount": 1, "currency": "usd"}}, "seen_price.currency"),
    ],
)
def test_what_is_wrong_is_named(guest, product, body: dict[str, Any], path: str) -> None:
    refused = guest.send("PUT", f"{guest.address}/lines/{product['sku']}", body)
    assert error(refused) == (400, "validation_failed")
    assert refused.json()["errors"][0]["path"] == path


def test_a_cart_holds_so_many_of_a_sku(guest, sell) -> None:
    sku = sell(quantity=5000)["sku"]
    assert error(guest.put(sku, 1001)) == (400, "validation_failed")
    assert guest.put(sku, 1000).status_code == 200
    assert error(guest.add((sku, 1))) == (400, "validation_failed")


@pytest.mark.parametrize("sku", ["%00", "a" * 500, "%F0%9F%9B%92", "'--"])
def test_odd_skus_are_not_found(guest, sku: str) -> None:
    assert guest.put(sku, 1).status_code in (400, 404)
    assert guest.remove(sku).status_code in (200, 400, 404)


def test_a_key_gives_the_same_answer_again(guest, product) -> None:
    key = uuid4().hex
    first = guest.add((product["sku"], 1), idempotency_key=key)
    again = guest.add((product["sku"], 1), idempotency_key=key)
    assert (first.content, first.headers["etag"]) == (again.content, again.headers["etag"])
    assert guest.see().json()["lines"][0]["quantity"] == 1
    assert error(guest.add((product["sku"], 2), idempotency_key=key)) == (422, "idempotency_key_reused")


def test_a_new_cart_is_kept_under_no_key(edge_client) -> None:
    key = uuid4().hex
    carts = [Guest(edge_client).send("POST", "/carts", idempotency_key=key).json() for _ in range(2)]
    assert carts[0]["id"] != carts[1]["id"]
    assert carts[0]["token"] != carts[1]["token"]
