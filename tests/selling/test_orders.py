"""Orders as their buyers see them, for every way a payment may go."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.selling.buying import ADDRESS, Buyer, new_key, ready_buyer
from tests.support.polling import eventually


def statuses(order: dict[str, Any]) -> tuple[str, str]:
    return order["status"], order["payment_status"]


def test_an_order_is_placed_and_paid(buyer: Buyer, product: dict[str, Any]) -> None:
    answer = buyer.pay()
    order = answer.json()
    assert answer.status_code == 201, order
    assert statuses(order) == ("placed", "paid")
    assert order["fulfilment_status"] == "unfulfilled"
    assert order["total"] == buyer.options[0]["total"]
    parts = (order[name]["amount"] for name in ("subtotal", "shipping", "tax"))
    assert sum(parts) - order["discount"]["amount"] == order["total"]["amount"]
    assert [(line["sku"], line["quantity"]) for line in order["lines"]] == [(product["sku"], 1)]
    assert answer.headers["location"] == f"/api/v1/orders/{order['id']}"
    assert buyer.see(order["id"]) == order
    assert [entry["kind"] for entry in order["timeline"]] == ["created", "placed"]


def test_after_a_decline_the_same_cart_is_paid_with_another_card(buyer: Buyer) -> None:
    declined = buyer.pay("tok_decline")
    assert (declined.status_code, declined.json()["code"]) == (402, "payment_declined")
    placed = buyer.pay("tok_ok")
    assert placed.status_code == 201, placed.json()
    assert placed.json()["id"] != declined.json()["order_id"]
    assert statuses(buyer.see(declined.json()["order_id"])) == ("canceled", "none")


def test_the_bank_asks_the_buyer(buyer: Buyer, shop_client: httpx.Client) -> None:
    answer = buyer.pay("tok_3ds")
    order = answer.json()
    assert (answer.status_code, order["status"]) == (201, "pending")
    again = buyer.pay()
    assert (again.status_code, again.json()["code"], again.json()["order_id"]) == (409, "order_pending", order["id"])
    page = httpx.get(order["payment"]["redirect_url"])
    assert page.status_code == 200
    assert "approve" in page.text.lower()


def test_a_time_out_is_placed_within_a_minute(buyer: Buyer) -> None:
    answer = buyer.pay("tok_timeout")
    assert (answer.status_code, answer.json()["status"]) == (202, "pending")
    order_id = answer.json()["id"]
    eventually(lambda: statuses(buyer.see(order_id)) == ("placed", "paid"), "the order is placed", 60)


def test_money_that_comes_late_goes_back(buyer: Buyer) -> None:
    answer = buyer.pay("tok_late_success")
    assert (answer.status_code, answer.json()["code"]) == (402, "payment_declined")
    order_id = answer.json()["order_id"]
    eventually(lambda: statuses(buyer.see(order_id)) == ("canceled", "refunded"), "the late money goes back", 60)


def test_a_dispute_shows(buyer: Buyer) -> None:
    answer = buyer.pay("tok_dispute")
    assert answer.status_code == 201
    eventually(lambda: statuses(buyer.see(answer.json()["id"])) == ("placed", "disputed"), "the dispute", 60)


def test_another_total_is_told_not_charged(buyer: Buyer, staff: httpx.Client, product: dict[str, Any]) -> None:
    body = {"sku": product["sku"], "price": {"amount": 5999, "currency": "USD"}}
    staff.put(f"/api/v1/admin/products/{product['id']}/prices", json=body).raise_for_status()
    answer = buyer.pay()
    assert (answer.status_code, answer.json()["code"]) == (409, "price_changed")
    assert answer.json()["expected_total"] == buyer.options[0]["total"]
    assert answer.json()["total"]["amount"] > buyer.options[0]["total"]["amount"]
    buyer.check_out().raise_for_status()
    assert buyer.pay().status_code == 201


def test_an_order_needs_a_checkout(shop_client: httpx.Client, product: dict[str, Any], buyer: Buyer) -> None:
    other = Buyer(shop_client).open_cart(product["sku"])
    other.options = buyer.options
    answer = other.pay()
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")


def test_an_order_needs_a_key(buyer: Buyer) -> None:
    answer = buyer.send("POST", "/orders", buyer.order())
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


def test_one_key_is_one_order(buyer: Buyer) -> None:
    key = new_key()
    first, second = buyer.pay(key=key), buyer.pay(key=key)
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    other = buyer.pay("tok_decline", key=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_a_second_key_of_a_placed_cart_gets_its_order(buyer: Buyer) -> None:
    order = buyer.pay().json()
    again = buyer.pay()
    assert (again.status_code, again.json()["id"]) == (200, order["id"])


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"shipping_option": "teleport"}, "shipping_option"),
        ({"payment": {"gateway": "sandbox"}}, "payment.token"),
        ({"payment": {"gateway": "paypal", "token": "tok_ok"}}, "payment.gateway"),
        ({"shipping_address": {**ADDRESS, "country": "usa"}}, "shipping_address.country"),
        ({"email": "nobody"}, "email"),
        ({"expected_total": {"amount": "4999", "currency": "USD"}}, "expected_total.amount"),
        ({"surprise": 1}, ""),
    ],
)
def test_faults_of_form_are_named(buyer: Buyer, changes: dict[str, Any], path: str) -> None:
    answer = buyer.pay(**changes)
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed")
    assert answer.json()["errors"][0]["path"] == path


def test_anothers_cart_and_order_do_not_exist(buyer: Buyer, shop_client: httpx.Client, sell) -> None:
    order = buyer.pay().json()
    thief = ready_buyer(shop_client, sell()["sku"])
    assert thief.send("GET", f"/orders/{order['id']}").status_code == 404
    assert thief.pay(cart_id=buyer.cart["id"]).status_code == 404
    assert shop_client.get(f"/api/v1/orders/{order['id']}").status_code == 401


def test_one_key_two_hundred_times_at_once(buyer: Buyer) -> None:
    key, body = new_key(), buyer.order()
    headers = buyer.headers(**key)

    def send(_: int) -> httpx.Response:
        return buyer.client.post("/api/v1/orders", json=body, headers=headers)

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(send, range(200)))
    placed = {answer.content for answer in answers if answer.status_code == 201}
    others = {(a.status_code, a.json()["code"]) for a in answers if a.status_code != 201}
    assert len(placed) == 1
    assert others <= {(409, "idempotency_key_in_use")}
