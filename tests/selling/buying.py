"""Buying through the edge, the way a shopper's browser does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

ADDRESS = {
    "name": "Ada Byron",
    "line1": "1 Analytical Way",
    "city": "San Jose",
    "region": "CA",
    "postal_code": "95113",
    "country": "US",
}


def new_email() -> str:
    """An address nobody wrote to before."""
    return f"{uuid4().hex[:12]}@example.com"


def new_key() -> dict[str, str]:
    """A header nobody sent before."""
    return {"idempotency-key": uuid4().hex}


@dataclass
class Buyer:
    """A guest with a cart, and the Consistency-Token of what they did so far."""

    client: httpx.Client
    email: str = field(default_factory=new_email)
    cart: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    consistency: str = ""
    options: list[dict[str, Any]] = field(default_factory=list)

    def headers(self, **more: str) -> dict[str, str]:
        known = {"cart-token": self.token, "consistency-token": self.consistency}
        return {name: value for name, value in {**known, **more}.items() if value}

    def send(self, method: str, path: str, json: Any = None, **headers: str) -> httpx.Response:
        answer = self.client.request(method, f"/api/v1{path}", json=json, headers=self.headers(**headers))
        self.consistency = answer.headers.get("consistency-token", self.consistency)
        return answer

    def open_cart(self, sku: str, quantity: int = 1) -> Buyer:
        self.cart = self.send("POST", "/carts").raise_for_status().json()
        self.token = self.cart["token"]
        self.cart = self.put(sku, quantity).raise_for_status().json()
        return self

    def put(self, sku: str, quantity: int) -> httpx.Response:
        return self.send("PUT", f"/carts/{self.cart['id']}/lines/{sku}", {"quantity": quantity})

    def check_out(self, **changes: Any) -> httpx.Response:
        body = {"email": self.email, "shipping_address": {**ADDRESS, **changes}}
        answer = self.send("POST", f"/carts/{self.cart['id']}/checkout", body)
        if answer.status_code == 200:
            self.options = answer.json()["shipping_options"]
        return answer

    def order(self, token: str = "tok_ok", **changes: Any) -> dict[str, Any]:
        """The body of an order at the total that was shown."""
        option = self.options[0]
        return {
            "cart_id": self.cart["id"],
            "expected_total": option["total"],
            "email": self.email,
            "shipping_address": ADDRESS,
            "shipping_option": option["id"],
            "payment": {"gateway": "sandbox", "token": token},
            **changes,
        }

    def pay(self, token: str = "tok_ok", key: dict[str, str] | None = None, **changes: Any) -> httpx.Response:
        return self.send("POST", "/orders", self.order(token, **changes), **(key or new_key()))

    def see(self, order_id: str) -> dict[str, Any]:
        order: dict[str, Any] = self.send("GET", f"/orders/{order_id}").raise_for_status().json()
        return order


def ready_buyer(client: httpx.Client, sku: str, quantity: int = 1) -> Buyer:
    """A buyer who went through checkout."""
    buyer = Buyer(client).open_cart(sku, quantity)
    buyer.check_out().raise_for_status()
    return buyer
