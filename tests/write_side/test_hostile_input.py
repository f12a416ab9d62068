"""Bad input is told what is wrong with it and never gives a 5xx."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.write_side.conftest import adjust, new_product

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from([*new_product(), "description", "attributes", "unknown"])


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"price": {"amount": "12999", "currency": "USD"}}, "price.amount"),
        ({"price": {"amount": 12.5, "currency": "USD"}}, "price.amount"),
        ({"price": {"amount": -1, "currency": "USD"}}, "price.amount"),
        ({"price": {"amount": 10**30, "currency": "USD"}}, "price.amount"),
        ({"price": {"amount": 1, "currency": "usd"}}, "price.currency"),
        ({"quantity": True}, "quantity"),
        ({"quantity": "5"}, "quantity"),
        ({"sku": "with space"}, "sku"),
        ({"title": ""}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"title": "nul\x00"}, "title"),
        ({"title": "bell\x07"}, "title"),
        ({"title": "   "}, "title"),
        ({"brand": "nul\x00"}, "brand"),
        ({"description": "nul\x00"}, "description"),
        ({"category": "A > nul\x00"}, "category"),
        ({"category": " > "}, "category"),
        ({"category": " > ".join("abcdefg")}, "category"),
        ({"attributes": {"colour": "nul\x00"}}, "attributes.colour"),
        ({"attributes": {"Colour!": "x"}}, "attributes"),
        ({"unknown": 1}, ""),
    ],
)
def test_the_field_at_fault_is_named(owner, changes: dict[str, Any], path: str) -> None:
    answer = owner.post("/admin/products", json=new_product(**changes))
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed")
    assert answer.json()["errors"][0]["path"].startswith(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"sku": NaN}',
        b'{"sku": "\\ud800"}',
        b'{"sku": 1e999}',
        b"[" * 100_000,
        json.dumps(new_product()).encode("utf-16"),
    ],
)
def test_what_is_no_body_is_refused(owner, content: bytes) -> None:
    answer = owner.post("/admin/products", content=content, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed")


def test_a_large_body_is_refused(owner) -> None:
    answer = owner.post("/admin/products", content=b" " * 1_000_001)
    assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")


def test_an_attribute_keeps_its_kind(owner) -> None:
    name = f"kind_{new_product()['sku'][4:]}"
    assert owner.post("/admin/products", json=new_product(attributes={name: 5})).status_code == 201
    answer = owner.post("/admin/products", json=new_product(attributes={name: "five"}))
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, f"attributes.{name}")


@pytest.mark.parametrize("key", ["x" * 256, "tab\tkey"])
def test_a_key_has_limits(owner, product, key: str) -> None:
    assert adjust(owner, product["sku"], 1, key).status_code == 400


def test_addresses_that_are_none_are_not_found(owner) -> None:
    for path in ("/admin/products/1", "/nothing", "/admin/products/%00"):
        answer = owner.patch(path, json={})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_request_id_is_taken_when_sound(api) -> None:
    assert api.post("/nothing", headers={"x-request-id": "my-request-1"}).headers["x-request-id"] == "my-request-1"
    assert api.post("/nothing", headers={"x-request-id": "a b"}).headers["x-request-id"] != "a b"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(field=FIELDS, value=ANYTHING)
def test_no_value_gives_a_server_error(owner, field: str, value: Any) -> None:
    body = json.dumps({**new_product(), field: value}).encode()
    answer = owner.post("/admin/products", content=body, headers={"content-type": "application/json"})
    assert answer.status_code < 500, answer.text
