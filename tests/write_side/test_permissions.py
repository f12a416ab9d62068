"""Who may do what; permission is checked before key and body."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.write_side.queries import MAKE_CUSTOMER

PRODUCT = str(uuid4())
CALLS = {
    ("POST", "/admin/products"): "catalog_manager",
    ("PATCH", f"/admin/products/{PRODUCT}"): "catalog_manager",
    ("DELETE", f"/admin/products/{PRODUCT}"): "catalog_manager",
    ("POST", f"/admin/products/{PRODUCT}/variants"): "catalog_manager",
    ("PUT", f"/admin/products/{PRODUCT}/prices"): "catalog_manager",
    ("POST", "/admin/categories"): "catalog_manager",
    ("POST", "/admin/inventory/adjustments"): "inventory_manager",
    ("PUT", "/admin/inventory/SKU-1/buckets"): "inventory_manager",
}
ROLES = ("owner", "catalog_manager", "inventory_manager", "support")


def test_who_is_no_longer_staff_may_do_nothing_whatever_their_roles(person, database) -> None:
    former = person("owner")
    with database.transaction() as conn:
        conn.execute(MAKE_CUSTOMER, {"email": former.email})
    assert former.client.post("/admin/products", content=b"{").status_code == 403


@pytest.fixture(scope="module")
def people(person):
    return {role: person(role).client for role in ROLES} | {"customer": person(None).client}


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_the_matrix(people, api, method: str, path: str) -> None:
    """A broken body tells apart: whoever passes gets 400, or 404 where no body is read."""
    assert api.request(method, path, content=b"{").status_code == 401
    assert api.request(method, path, headers={"authorization": "Bearer nonsense"}).status_code == 401
    for role, client in people.items():
        allowed = role in ("owner", CALLS[method, path])
        answer = client.request(method, path, content=b"{", headers={"idempotency-key": ""})
        assert answer.status_code in ((400, 404) if allowed else (403,)), (role, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
