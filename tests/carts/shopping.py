"""Filling a cart through the edge, the way a shopper's browser does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx


def usd(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "USD"}


def error(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]


@dataclass
class Guest:
    """A cart's token and what was done so far: whoever shops without an account, on one device."""

    client: httpx.Client
    token: str = ""
    consistency: str = ""
    bearer: str = ""
    cart: dict[str, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"/carts/{self.cart['id']}"

    def headers(self, **more: str) -> dict[str, str]:
        known = {"cart-token": self.token, "consistency-token": self.consistency, "authorization": self.bearer, **more}
        return {name.replace("_", "-"): value for name, value in known.items() if value}

    def send(self, method: str, path: str, json: Any = None, **headers: str) -> httpx.Response:
        answer = self.client.request(method, f"/api/v1{path}", json=json, headers=self.headers(**headers))
        self.consistency = answer.headers.get("consistency-token", self.consistency)
        if answer.is_success and path.startswith("/carts") and answer.content:
            self.cart = answer.json()
        return answer

    def open(self, *lines: tuple[str, int]) -> Guest:
        body = {"lines": [{"sku": sku, "quantity": quantity} for sku, quantity in lines]} if lines else None
        self.token = self.send("POST", "/carts", body).raise_for_status().json()["token"]
        return self

    def put(self, sku: str, quantity: int, seen: int | None = None, **headers: str) -> httpx.Response:
        body = {"quantity": quantity} if seen is None else {"quantity": quantity, "seen_price": usd(seen)}
        return self.send("PUT", f"{self.address}/lines/{sku}", body, **headers)

    def add(self, *lines: tuple[str, int], **headers: str) -> httpx.Response:
        body = {"lines": [{"sku": sku, "quantity": quantity} for sku, quantity in lines]}
        return self.send("POST", f"{self.address}/lines", body, **headers)

    def remove(self, sku: str, **headers: str) -> httpx.Response:
        return self.send("DELETE", f"{self.address}/lines/{sku}", **headers)

    def see(self) -> httpx.Response:
        return self.send("GET", self.address)

    @property
    def quantities(self) -> dict[str, int]:
        return {line["sku"]: line["quantity"] for line in self.cart["lines"]}


def new_key() -> dict[str, str]:
    """A header nobody sent before."""
    return {"idempotency_key": uuid4().hex}


PASSWORD = "a horse that nobody guesses"


@dataclass
class Customer(Guest):
    """Somebody with an account, logged in on one device; their cart needs no token."""

    email: str = ""
    id: str = ""

    def log_in(self, password: str = PASSWORD) -> httpx.Response:
        answer = self.client.post("/api/v1/sessions", json={"email": self.email, "password": password})
        self.client.cookies.clear()
        if answer.status_code == 201:
            self.bearer = f"Bearer {answer.json()['access_token']}"
        return answer

    def me(self) -> dict[str, Any]:
        profile: dict[str, Any] = self.send("GET", "/customers/me").raise_for_status().json()
        return profile

    def on_another_device(self) -> Customer:
        other = Customer(self.client, email=self.email, id=self.id)
        other.log_in().raise_for_status()
        return other


def register(client: httpx.Client) -> Customer:
    """A new customer, logged in."""
    email = f"{uuid4().hex[:12]}@example.com"
    body = {"email": email, "password": PASSWORD, "name": "Ada Byron"}
    profile = client.post("/api/v1/customers", json=body).raise_for_status().json()
    customer = Customer(client, email=email, id=profile["id"])
    customer.log_in().raise_for_status()
    return customer
