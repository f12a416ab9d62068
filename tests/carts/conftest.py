"""Products to sell, and guests who fill carts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from kernel.database import SyncDatabase
from tests.carts import queries
from tests.carts.shopping import Customer, Guest
from tests.carts.shopping import register as new_customer

Make = Callable[..., dict[str, Any]]


@pytest.fixture(scope="package", autouse=True)
def tidied(database: SyncDatabase) -> Iterator[None]:
    """What these tests brought about by hand is undone, so that the shop's books still add up."""
    yield
    with database.transaction() as conn:
        conn.execute(queries.TIDY_HOLDS)
        conn.execute(queries.TIDY_CARTS)


@pytest.fixture(scope="session")
def sell(staff: httpx.Client) -> Make:
    """Makes a product with some units in stock."""

    def make(quantity: int = 10, amount: int = 4999) -> dict[str, Any]:
        name = uuid4().hex[:10]
        body = {
            "sku": f"CART-{name}",
            "title": f"Amplifier {name}",
            "brand": "Lumen",
            "category": "Audio > Amplifiers",
            "price": {"amount": amount, "currency": "USD"},
            "quantity": quantity,
        }
        product: dict[str, Any] = staff.post("/api/v1/admin/products", json=body).raise_for_status().json()
        return product

    return make


@pytest.fixture
def product(sell: Make) -> dict[str, Any]:
    return sell()


@pytest.fixture
def other(sell: Make) -> dict[str, Any]:
    return sell(amount=1250)


@pytest.fixture
def guest(edge_client: httpx.Client) -> Guest:
    """A guest with an empty cart."""
    return Guest(edge_client).open()


@pytest.fixture
def register(edge_client: httpx.Client) -> Callable[[], Customer]:
    """Makes customers, logged in."""
    return lambda: new_customer(edge_client)


@pytest.fixture
def customer(register: Callable[[], Customer]) -> Customer:
    return register()
