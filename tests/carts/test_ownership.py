"""Whose a cart is: the token's, the customer's, nobody else's. Somebody else's cart is one that does not exist."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.carts.queries import SELECT_CART, SELECT_TEXTS
from tests.carts.shopping import Customer, Guest, error

CALLS = [("PUT", "/lines/SKU-1"), ("DELETE", "/lines/SKU-1"), ("POST", "/lines"), ("GET", ""), ("HEAD", "")]


def call(client: httpx.Client, method: str, address: str, **headers: str) -> httpx.Response:
    """A request whose body is broken: whoever passes is told that, nobody else is."""
    return client.request(
        method, f"/api/v1{address}", content=b"" if method in ("GET", "HEAD") else b"{", headers=headers
    )


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_another_s_cart_is_not_there(guest, edge_client, customer, method: str, path: str) -> None:
    address = guest.address + path
    stranger, nobody = Guest(edge_client).open(), f"/carts/{uuid4()}{path}"
    assert call(edge_client, method, address).status_code == 401
    assert call(edge_client, method, address, authorization="Bearer nonsense").status_code == 401
    for shown in ({"cart-token": stranger.token}, {"cart-token": "x" * 32}, {"authorization": customer.bearer}):
        assert call(edge_client, method, address, **shown).status_code == 404
        assert call(edge_client, method, nobody, **shown).status_code == 404
    own = call(edge_client, method, address, **{"cart-token": guest.token}).status_code
    assert own == (400 if method in ("PUT", "POST") else 200)


@pytest.mark.parametrize(
    ("body", "headers"),
    [(b"", {}), (b"{", {}), (b'{"quantity": "x"}', {}), (b'{"quantity": 1}', {"idempotency-key": "x" * 300})],
)
def test_form_is_told_to_the_owner_alone(guest, edge_client, body: bytes, headers: dict[str, str]) -> None:
    stranger = Guest(edge_client).open()

    def put(token: str) -> tuple[int, str]:
        sent = {"cart-token": token, "content-type": "application/json", **headers}
        return error(edge_client.put(f"/api/v1{guest.address}/lines/SKU-1", content=body, headers=sent))

    assert put(stranger.token) == (404, "not_found")
    assert put(guest.token) == (400, "validation_failed")


def test_only_the_hash_of_a_token_is_stored(guest, database) -> None:
    guest.put("NOBODY-SELLS-THIS", 1, idempotency_key=uuid4().hex)
    with database.transaction() as conn:
        texts = conn.execute(SELECT_TEXTS, {"cart_id": guest.cart["id"]}).fetchall()
    assert texts
    assert not any(guest.token in text for (text,) in texts)


def test_a_customer_s_cart_is_theirs_on_every_device(customer: Customer, product) -> None:
    customer.open((product["sku"], 1))
    other = customer.on_another_device()
    assert other.me()["cart_id"] == customer.cart["id"]
    other.cart = {"id": customer.cart["id"]}
    assert other.see().json()["lines"][0]["quantity"] == 1
    assert customer.put(product["sku"], 3).status_code == 200
    other.consistency = customer.consistency
    assert other.see().json()["lines"][0]["quantity"] == 3
    assert other.put(product["sku"], 4).status_code == 200


@pytest.mark.usefixtures("lagging")
def test_an_edit_is_seen_on_another_device_while_the_replica_stands_still(customer: Customer, product) -> None:
    customer.open((product["sku"], 1))
    other = customer.on_another_device()
    other.cart = {"id": customer.cart["id"]}
    customer.put(product["sku"], 2)
    other.consistency = customer.consistency
    assert other.see().json() == customer.cart


def test_a_guest_s_cart_becomes_the_customer_s_who_shows_its_token(
    guest, customer: Customer, database, product
) -> None:
    guest.put(product["sku"], 1)
    customer.token, customer.cart = guest.token, guest.cart
    assert customer.put(product["sku"], 1).json()["version"] == 3
    customer.token = ""
    assert customer.put(product["sku"], 2).status_code == 200
    with database.transaction() as conn:
        row = conn.execute(SELECT_CART, {"cart_id": guest.cart["id"]}).fetchone()
    assert row is not None
    assert row[2] == customer.id


def test_a_customer_s_cart_stays_theirs_whoever_shows_its_token(
    customer: Customer, register, database, product
) -> None:
    customer.open((product["sku"], 1))
    friend = register()
    friend.token, friend.cart = customer.token, customer.cart
    assert friend.put(product["sku"], 2).status_code == 200
    with database.transaction() as conn:
        row = conn.execute(SELECT_CART, {"cart_id": customer.cart["id"]}).fetchone()
    assert row is not None
    assert row[2] == customer.id


def test_a_key_is_its_owner_s(guest, edge_client, product) -> None:
    key = uuid4().hex
    guest.add((product["sku"], 1), idempotency_key=key)
    stranger = Guest(edge_client).open()
    stranger.cart = guest.cart
    assert error(stranger.add((product["sku"], 1), idempotency_key=key)) == (404, "not_found")


def test_a_forged_request_cannot_use_a_browser_s_session(customer: Customer, product) -> None:
    customer.open()
    cookie = f"__Host-techmart-access={customer.bearer.removeprefix('Bearer ')}"
    address = f"/api/v1{customer.address}/lines/{product['sku']}"

    def put(**headers: Any) -> int:
        return customer.client.put(address, json={"quantity": 1}, headers={"cookie": cookie, **headers}).status_code

    assert put() == 403
    assert put(**{"sec-fetch-site": "cross-site"}) == 403
    assert put(**{"sec-fetch-site": "same-origin"}) == 200
