"""A cart is read as it was stored: the same bytes, as new as the shopper knows it."""

from __future__ import annotations

import httpx
import pytest

from tests.carts.shopping import Guest


def read(guest: Guest, method: str = "GET", **headers: str) -> httpx.Response:
    return guest.client.request(method, f"/api/v1{guest.address}", headers={"cart-token": guest.token, **headers})


def test_get_gives_the_bytes_of_the_command(guest, product, other) -> None:
    stored = guest.add((product["sku"], 2), (other["sku"], 1))
    seen = guest.see()
    assert seen.content == stored.content
    assert seen.headers["etag"] == stored.headers["etag"] == '"2"'
    assert seen.headers["cache-control"] == "no-store"
    assert seen.headers["x-cache"] == "BYPASS"


def test_head_answers_as_get(guest, product) -> None:
    guest.put(product["sku"], 1)
    get, head = guest.see(), guest.send("HEAD", guest.address)
    assert (head.status_code, head.content) == (200, b"")
    assert [head.headers[name] for name in ("etag", "cache-control", "content-type")] == [
        get.headers[name] for name in ("etag", "cache-control", "content-type")
    ]


def test_every_command_is_read_back_at_once(guest, product) -> None:
    for quantity in [*range(1, 10), 0, 3]:
        stored = guest.put(product["sku"], quantity)
        assert guest.see().content == stored.content


@pytest.mark.usefixtures("lagging")
def test_a_cart_is_seen_while_the_replica_stands_still(edge_client, product) -> None:
    guest = Guest(edge_client).open()
    assert read(guest).json()["lines"] == []
    stored = guest.put(product["sku"], 2)
    assert guest.see().content == stored.content
    assert guest.send("HEAD", guest.address).headers["etag"] == stored.headers["etag"]


@pytest.mark.usefixtures("lagging")
def test_a_customer_logs_in_shops_and_reads_while_the_replica_stands_still(register, product) -> None:
    customer = register()
    customer.open((product["sku"], 1))
    assert customer.me()["cart_id"] == customer.cart["id"]
    assert customer.see().json()["lines"][0]["sku"] == product["sku"]
