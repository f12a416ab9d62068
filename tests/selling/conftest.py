"""Products to sell, and buyers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.selling.buying import Buyer, ready_buyer

Make = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def sell(staff: httpx.Client) -> Make:
    """Makes a product with some units in stock."""

    def make(quantity: int = 10, amount: int = 4999) -> dict[str, Any]:
        name = uuid4().hex[:10]
        body = {
            "sku": f"SELL-{name}",
            "title": f"Loudspeaker {name}",
            "brand": "Lumen",
            "category": "Audio > Speakers",
            "price": {"amount": amount, "currency": "USD"},
            "quantity": quantity,
        }
        product: dict[str, Any] = staff.post("/api/v1/admin/products", json=body).raise_for_status().json()
        return product

    return make


@pytest.fixture
def product(sell: Make) -> dict[str, Any]:
    return sell()


@pytest.fixture(scope="session")
def shop_client(edge_url: str) -> Iterator[httpx.Client]:
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    with httpx.Client(base_url=edge_url, timeout=30, limits=limits) as client:
        yield client


@pytest.fixture
def buyer(shop_client: httpx.Client, product: dict[str, Any]) -> Buyer:
    """A guest with one unit of `product`, through checkout."""
    return ready_buyer(shop_client, product["sku"])
