"""Shoppers buy while everything that a command does not need is away, and see what they did while the replica is behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import httpx
import pytest

from kernel.database import SyncDatabase
from tests.selling.audits import assert_sound
from tests.selling.buying import Buyer, ready_buyer
from tests.support.stack import Stack

NOT_NEEDED = ("valkey-", "seaweedfs", "postgres-replica", "relay", "worker-", "search-node", "read-api")
PASSWORD = "correct horse battery staple"


@contextmanager
def frozen(stack: Stack, prefixes: tuple[str, ...]) -> Iterator[None]:
    """These processes stand still: they answer nobody, and nobody is told that they will not."""
    pids = [pid for name, pid in stack.pids().items() if name.startswith(prefixes)]
    assert pids
    try:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def test_with_everything_else_down_shoppers_buy(
    shop_client: httpx.Client, sell, stack: Stack, database: SyncDatabase
) -> None:
    sku = sell(quantity=20)["sku"]
    email = f"{uuid4().hex[:12]}@example.com"
    with frozen(stack, NOT_NEEDED):
        shop_client.post(
            "/api/v1/customers", json={"email": email, "password": PASSWORD, "name": "Ada"}
        ).raise_for_status()
        session = shop_client.post("/api/v1/sessions", json={"email": email, "password": PASSWORD})
        assert session.status_code == 201
        orders = [ready_buyer(shop_client, sku).pay() for _ in range(5)]
        assert [order.status_code for order in orders] == [201] * 5
        declined = ready_buyer(shop_client, sku)
        assert declined.pay("tok_decline").status_code == 402
        assert declined.pay("tok_ok").status_code == 201
    assert_sound(stack, database)


@pytest.mark.usefixtures("lagging")
def test_ones_own_order_is_seen_while_the_replica_stands_still(buyer: Buyer) -> None:
    order = buyer.pay().raise_for_status().json()
    assert buyer.see(order["id"])["status"] == "placed"
    without = buyer.client.get(f"/api/v1/orders/{order['id']}", headers={"cart-token": buyer.token})
    assert without.json()["status"] == "placed"
    cart = buyer.send("GET", f"/carts/{buyer.cart['id']}").json()
    assert cart["status"] == "completed"


@pytest.mark.usefixtures("lagging")
def test_whoever_logs_in_reads_at_once(shop_client: httpx.Client, product) -> None:
    email = f"{uuid4().hex[:12]}@example.com"
    body = {"email": email, "password": PASSWORD, "name": "Grace"}
    shop_client.post("/api/v1/customers", json=body).raise_for_status()
    started = shop_client.post("/api/v1/sessions", json={"email": email, "password": PASSWORD})
    bearer = {"authorization": f"Bearer {started.json()['access_token']}"}
    assert shop_client.get("/api/v1/customers/me", headers=bearer).json()["email"] == email
    buyer = Buyer(shop_client, email=email)
    cart = shop_client.post("/api/v1/carts", headers=bearer)
    buyer.cart, buyer.token, buyer.consistency = cart.json(), cart.json()["token"], cart.headers["consistency-token"]
    buyer.put(product["sku"], 1).raise_for_status()
    buyer.check_out().raise_for_status()
    order = buyer.send("POST", "/orders", buyer.order(), **bearer, **{"idempotency-key": uuid4().hex})
    assert order.status_code == 201, order.text
    history = shop_client.get("/api/v1/orders", headers={**bearer, "consistency-token": buyer.consistency})
    assert [item["id"] for item in history.json()["items"]] == [order.json()["id"]]
