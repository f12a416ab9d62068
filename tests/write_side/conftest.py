"""A client of the write API, staff with each role, and products of their own for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from kernel.database import SyncDatabase
from tests.write_side.queries import ADD_LOCATION, ADD_ROLE, DROP_ROLES, MAKE_CUSTOMER
from write_side.accounts.handlers import ensure_owner

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Person:
    """An account and a client logged in as it."""

    email: str
    client: httpx.Client


def unique(prefix: str) -> str:
    return f"{prefix}-{uuid4().hex[:12]}"


@pytest.fixture(scope="session")
def api(write_url: str) -> Iterator[httpx.Client]:
    """Nobody's client."""
    with httpx.Client(base_url=f"{write_url}/api/v1", timeout=20) as client:
        yield client


@pytest.fixture(scope="session")
def person(write_url: str, api: httpx.Client, database: SyncDatabase) -> Iterator[Callable[[str | None], Person]]:
    """Makes a staff member with one role, or a customer for None."""
    clients = []

    def make(role: str | None) -> Person:
        email = f"{unique('staff')}@techmart.test"
        with database.transaction() as conn:
            conn.execute(ADD_LOCATION)
            ensure_owner(conn, email, PASSWORD)
            if role != "owner":
                conn.execute(DROP_ROLES, {"email": email})
                conn.execute(ADD_ROLE if role else MAKE_CUSTOMER, {"email": email, "role": role})
        session = api.post("/sessions", json={"email": email, "password": PASSWORD}).raise_for_status().json()
        headers = {"authorization": f"Bearer {session['access_token']}"}
        clients.append(httpx.Client(base_url=f"{write_url}/api/v1", timeout=20, headers=headers))
        return Person(email, clients[-1])

    yield make
    for client in clients:
        client.close()


@pytest.fixture(scope="session")
def owner(person: Callable[[str | None], Person]) -> httpx.Client:
    """A client that may do everything."""
    return person("owner").client


@pytest.fixture
def product(owner: httpx.Client) -> dict[str, Any]:
    """A fresh product with 10 units."""
    return owner.post("/admin/products", json=new_product()).raise_for_status().json()


def new_product(**changes: Any) -> dict[str, Any]:
    """A request for a product nobody has."""
    return {
        "sku": unique("SKU"),
        "title": unique("Laser Printer"),
        "brand": "Acme",
        "category": "Printing > Laser Printers",
        "price": {"amount": 12999, "currency": "USD"},
        "quantity": 10,
        **changes,
    }


def adjust(client: httpx.Client, sku: str, delta: int, key: str | None = None) -> httpx.Response:
    """Adjust stock under a key."""
    body = {"sku": sku, "quantity_delta": delta, "reason": "count"}
    return client.post("/admin/inventory/adjustments", json=body, headers={"idempotency-key": key or uuid4().hex})
