"""What a shopper pays: never more than they accepted, and less when it costs less."""

from __future__ import annotations

from typing import Any

import httpx

from tests.carts.shopping import error, usd
from tests.selling.buying import Buyer


def set_price(staff: httpx.Client, product: dict[str, Any], amount: int) -> None:
    body = {"sku": product["sku"], "price": usd(amount)}
    staff.put(f"/api/v1/admin/products/{product['id']}/prices", json=body).raise_for_status()


def shown(buyer: Buyer) -> dict[str, Any]:
    """Checkout, and the notices of the cart it shows."""
    cart: dict[str, Any] = buyer.check_out().raise_for_status().json()["cart"]
    return cart


def test_a_rise_must_be_accepted_and_after_a_fall_the_lower_is_paid(edge_client, staff, product) -> None:
    buyer = Buyer(edge_client).open_cart(product["sku"], 2)
    assert shown(buyer)["subtotal"] == usd(9998)
    set_price(staff, product, 5999)
    refused = buyer.pay()
    assert error(refused) == (409, "price_changed")
    assert refused.json()["total"]["amount"] > refused.json()["expected_total"]["amount"]
    notice = {"code": "price_changed", "sku": product["sku"], "seen": usd(4999), "now": usd(5999)}
    cart = shown(buyer)
    assert (cart["notices"], cart["subtotal"]) == ([notice], usd(11998))
    set_price(staff, product, 2999)
    assert error(buyer.pay()) == (409, "price_changed")
    assert shown(buyer)["subtotal"] == usd(5998)
    order = buyer.pay()
    assert order.status_code == 201
    assert (order.json()["subtotal"], order.json()["total"]) == (usd(5998), buyer.options[0]["total"])
