"""No value sent to a cart or an account gives a server error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.carts.shopping import Guest
from tests.write_side.test_hostile_input import ANYTHING

CALLS = [
    ("POST", "/carts", "lines"),
    ("PUT", "{cart}/lines/{sku}", "quantity"),
    ("PUT", "{cart}/lines/{sku}", "seen_price"),
    ("POST", "{cart}/lines", "lines"),
    ("POST", "/customers", "email"),
    ("POST", "/customers", "name"),
]
SOUND = {
    "lines": [{"sku": "SKU-1", "quantity": 1}],
    "quantity": 1,
    "email": "ada@example.com",
    "name": "Ada",
}
NEEDED = {"seen_price": ("quantity",), "email": ("name",), "name": ("email",)}


@pytest.mark.parametrize(("method", "path", "field"), CALLS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=ANYTHING)
def test_no_value_gives_a_server_error(guest: Guest, product, method: str, path: str, field: str, value: Any) -> None:
    address = path.format(cart=guest.address, sku=product["sku"])
    body = {name: SOUND[name] for name in NEEDED.get(field, ())} | {field: value}
    if address == "/customers":
        body["password"] = "short"
    headers = guest.headers(content_type="application/json")
    answer = guest.client.request(method, f"/api/v1{address}", content=json.dumps(body).encode(), headers=headers)
    assert answer.status_code < 500, answer.text


HEADER = st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x7f"), max_size=60).map(
    lambda text: text.encode("latin-1")
)
"""What a client can send as a header."""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(token=HEADER, tag=HEADER)
def test_no_header_gives_a_server_error(guest: Guest, product, token: bytes, tag: bytes) -> None:
    for shown in (token, guest.token.encode()):
        headers = {"cart-token": shown, "if-match": tag}
        answer = guest.client.put(
            f"/api/v1{guest.address}/lines/{product['sku']}", json={"quantity": 1}, headers=headers
        )
        assert answer.status_code < 500, answer.text
