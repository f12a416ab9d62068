"""Staff's commands over HTTP: what they answer, store, note and announce."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.write_side.conftest import adjust, new_product, unique
from tests.write_side.queries import (
    CHANGE_AUDIT,
    CHANGE_MOVEMENTS,
    DELETE_AUDIT,
    SELECT_AUDIT,
    SELECT_AUDIT_OF,
    SELECT_EVENTS_OF,
    SELECT_FORMER_SLUGS,
    SELECT_LEVEL,
)
from write_side.staff.audit import FIRST_HASH, entry_hash


def rows(database, statement: str, **parameters: object) -> list[tuple[object, ...]]:
    with database.transaction() as conn:
        return conn.execute(statement, parameters).fetchall()


def test_create_answers_what_was_created(owner, database) -> None:
    wanted = new_product(attributes={"pages_per_minute": 30, "duplex": True, "tray": "front"})
    answer = owner.post("/admin/products", json=wanted)
    created = answer.json()
    assert answer.status_code == 201
    assert created == {
        **{name: wanted[name] for name in ("sku", "title", "brand", "category", "price", "quantity")},
        "id": created["id"],
        "slug": wanted["title"].lower().replace(" ", "-"),
    }
    assert answer.headers["location"] == f"/api/v1/products/{created['id']}"
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["consistency-token"]
    events = rows(database, SELECT_EVENTS_OF, id=created["id"])
    assert events == [("ProductCreated", ["offers.project", "products.project"])]
    assert rows(database, SELECT_LEVEL, sku=wanted["sku"]) == [(10, 10)]


def test_a_taken_sku_is_a_conflict_without_trace(owner, product, database) -> None:
    before = rows(database, SELECT_LEVEL, sku=product["sku"])
    answer = owner.post("/admin/products", json=new_product(sku=product["sku"]))
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert rows(database, SELECT_LEVEL, sku=product["sku"]) == before


def test_two_products_of_one_title_have_two_slugs(owner, product) -> None:
    other = owner.post("/admin/products", json=new_product(title=product["title"])).json()
    assert other["slug"].startswith(f"{product['slug']}-")


def test_an_edit_keeps_what_is_left_out_and_raises_the_revision(owner, product, database) -> None:
    answer = owner.patch(f"/admin/products/{product['id']}", json={"title": "New title", "status": "unpublished"})
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"2"'
    assert answer.json() == {
        **{name: product[name] for name in ("id", "slug", "brand", "category")},
        "title": "New title",
        "status": "unpublished",
        "revision": 2,
    }
    action, before, after = rows(database, SELECT_AUDIT_OF, subject=f"product:{product['id']}")[-1]
    assert (action, before["title"], after["title"]) == ("product.update", product["title"], "New title")
    assert [event for event, _ in rows(database, SELECT_EVENTS_OF, id=product["id"])][-1] == "ProductUnpublished"


def test_a_stale_edit_is_refused(owner, product) -> None:
    address = f"/admin/products/{product['id']}"
    assert owner.patch(address, json={"title": "A"}, headers={"if-match": '"1"'}).status_code == 200
    stale = owner.patch(address, json={"title": "B"}, headers={"if-match": '"1"'})
    assert (stale.status_code, stale.json()["code"], stale.json()["revision"]) == (409, "stale_edit", 2)


def test_a_new_slug_keeps_the_old_one_for_a_redirect(owner, product, database) -> None:
    address, slug = f"/admin/products/{product['id']}", unique("slug")
    assert owner.patch(address, json={"slug": slug}).json()["slug"] == slug
    assert rows(database, SELECT_FORMER_SLUGS, id=product["id"]) == [(product["slug"],)]
    other = owner.post("/admin/products", json=new_product()).json()
    assert owner.patch(f"/admin/products/{other['id']}", json={"slug": product["slug"]}).status_code == 409
    assert owner.patch(address, json={"slug": product["slug"]}).status_code == 200


def test_a_deleted_product_is_gone_for_staff_too(owner, product) -> None:
    address = f"/admin/products/{product['id']}"
    assert owner.delete(address).status_code == 204
    assert owner.delete(address).status_code == 404
    assert owner.patch(address, json={"title": "x"}).status_code == 404
    assert adjust(owner, product["sku"], 1).status_code == 404


def test_a_variant_joins_its_product(owner, product) -> None:
    wanted = {
        "sku": unique("V"),
        "title": "Blue",
        "price": product["price"],
        "quantity": 3,
        "options": {"colour": "blue"},
    }
    answer = owner.post(f"/admin/products/{product['id']}/variants", json=wanted)
    assert answer.status_code == 201
    assert answer.json()["product_id"] == product["id"]
    assert owner.post(f"/admin/products/{product['id']}/variants", json=wanted).status_code == 409


def test_a_price_is_set_and_announced(owner, product, database) -> None:
    address = f"/admin/products/{product['id']}/prices"
    body = {"sku": product["sku"], "price": {"amount": 9900, "currency": "USD"}}
    answer = owner.put(address, json={**body, "compare_at_price": {"amount": 12900, "currency": "USD"}})
    assert (answer.status_code, answer.json()["compare_at_price"]["amount"]) == (200, 12900)
    assert owner.put(address, json=body).json()["compare_at_price"] is None
    assert [event for event, _ in rows(database, SELECT_EVENTS_OF, id=product["id"])][-2:] == ["PriceChanged"] * 2
    assert owner.put(address, json={**body, "sku": "no-such-sku"}).status_code == 404


@pytest.mark.parametrize(
    ("price", "compare_at"),
    [
        ({"amount": 1, "currency": "EUR"}, None),
        ({"amount": 5, "currency": "USD"}, {"amount": 5, "currency": "USD"}),
    ],
)
def test_a_price_that_makes_no_sense_is_refused(owner, product, price, compare_at) -> None:
    body = {"sku": product["sku"], "price": price, "compare_at_price": compare_at}
    answer = owner.put(f"/admin/products/{product['id']}/prices", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed")


def test_categories_are_created_with_those_above(owner) -> None:
    group = unique("Group")
    answer = owner.post("/admin/categories", json={"label": f"{group} > Leaf"})
    assert (answer.status_code, answer.json()["path"]) == (201, f"{group.lower()}/leaf")
    assert owner.post("/admin/categories", json={"label": f"{group} > Leaf"}).status_code == 409


def test_stock_never_falls_below_nothing(owner, product, database) -> None:
    assert adjust(owner, product["sku"], -4).json()["available"] == 6
    refused = adjust(owner, product["sku"], -7)
    assert refused.status_code == 409
    assert (refused.json()["code"], refused.json()["sku"], refused.json()["available"]) == (
        "out_of_stock",
        product["sku"],
        6,
    )
    assert rows(database, SELECT_LEVEL, sku=product["sku"]) == [(6, 6)]


def test_stock_is_taken_over_all_buckets(owner, product, database) -> None:
    address = f"/admin/inventory/{product['sku']}/buckets"
    spread = {"sku": product["sku"], "location": "main", "buckets": 3, "on_hand": 10, "available": 10}
    assert [owner.put(address, json={"buckets": 3}).json() for _ in range(2)] == [spread] * 2
    assert adjust(owner, product["sku"], -9).json() == {
        "sku": product["sku"],
        "location": "main",
        "on_hand": 1,
        "available": 1,
    }
    assert rows(database, SELECT_LEVEL, sku=product["sku"]) == [(1, 1)]
    trail = rows(database, SELECT_AUDIT_OF, subject=f"sku:{product['sku']}")
    assert [entry for entry in trail if entry[0] == "stock.spread"] == [
        ("stock.spread", {"buckets": 1}, {"buckets": 3}),
        ("stock.spread", {"buckets": 3}, {"buckets": 3}),
    ]
    assert ("StockMoved", ["offers.project"]) in rows(database, SELECT_EVENTS_OF, id=product["id"])


def test_a_key_spreads_stock_once(owner, product, database) -> None:
    address, key = f"/admin/inventory/{product['sku']}/buckets", {"idempotency-key": unique("key")}
    first, again = (owner.put(address, json={"buckets": 4}, headers=key) for _ in range(2))
    assert (first.status_code, first.content) == (200, again.content)
    assert len(rows(database, SELECT_AUDIT_OF, subject=f"sku:{product['sku']}")) == 1
    assert owner.put(address, json={"buckets": 5}, headers=key).status_code == 422


@pytest.mark.parametrize(
    ("sku", "buckets", "status"), [("no-such", 2, 404), ("%00", 2, 400), ("", 0, 400), ("", 65, 400)]
)
def test_stock_that_cannot_be_spread(owner, product, sku: str, buckets: int, status: int) -> None:
    answer = owner.put(f"/admin/inventory/{sku or product['sku']}/buckets", json={"buckets": buckets})
    assert answer.status_code == status


def length_of_sound_chain(database) -> int:
    previous, expected = FIRST_HASH, 1
    for sequence, at, actor, action, subject, before, after, stored, hashed in rows(database, SELECT_AUDIT):
        assert (sequence, bytes(stored)) == (expected, previous)
        assert bytes(hashed) == entry_hash(previous, sequence, at, actor, action, subject, before, after)
        previous, expected = bytes(hashed), expected + 1
    return expected - 1


def test_twenty_at_once_stand_in_one_chain(owner, database) -> None:
    before = length_of_sound_chain(database)

    def create(_: int) -> int:
        return owner.post("/admin/categories", json={"label": unique("Group")}).status_code

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(create, range(20))) == {201}
    assert length_of_sound_chain(database) == before + 20


@pytest.mark.parametrize("statement", [CHANGE_AUDIT, DELETE_AUDIT, CHANGE_MOVEMENTS])
def test_what_is_append_only_refuses_changes(statement: str, product, database) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation), database.transaction() as conn:
        conn.execute(statement)
