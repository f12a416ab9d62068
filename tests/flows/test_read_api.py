"""The read API over the edge: parameters, HEAD, documents about itself."""

from __future__ import annotations

import httpx
import pytest

from ops.commands.openapi import merged
from read_side.docs.routes import DOCUMENT

HOSTILE = [
    "limit=0", "limit=101", "limit=ten", "limit=1e2", "sort=cheap", "price_min=-1", "price_max=NaN", "in_stock=maybe",
    "q=" + "x" * 201, "q=a&q=b", "colour=red", "cursor=nonsense", "locale=xx-yy", "attr.=x", "q=%00", "q=%ff%fe", "cursor=%F0%9F%92%A9",
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_bad_parameters_are_named(edge_client: httpx.Client, query: str) -> None:
    answer = edge_client.get(f"/api/v1/products?{query}")
    if answer.status_code == 200:
        assert query == "q=%ff%fe"
        return
    assert answer.status_code == 400
    assert answer.json()["code"] == "validation_failed"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/api/v1/products", "/api/v1/suggestions?q=a", "/api/v1/openapi.json", "/api/v1/docs"]
)
def test_head_answers_as_get(edge_client: httpx.Client, path: str) -> None:
    get, head = edge_client.get(path), edge_client.head(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


def test_every_answer_names_its_request(edge_client: httpx.Client) -> None:
    answer = edge_client.get("/api/v1/products", headers={"x-request-id": "my-own-request-1"})
    assert answer.headers["x-request-id"] == "my-own-request-1"
    assert {"x-cache", "age"} <= set(answer.headers)


def test_what_is_personal_is_not_kept(staff: httpx.Client, edge_client: httpx.Client) -> None:
    assert "s-maxage=1" in edge_client.get("/api/v1/products").headers["cache-control"]
    assert staff.get("/api/v1/products").headers["cache-control"] == "no-store"


def test_there_is_no_such_product(edge_client: httpx.Client) -> None:
    answer = edge_client.get("/api/v1/products/nobody-sells-this")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_the_api_document_is_fresh() -> None:
    assert DOCUMENT.read_bytes() == merged(), "run techmart openapi"


def test_the_api_document_is_served(edge_client: httpx.Client) -> None:
    document = edge_client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {"get", "post"} <= {method for path in document["paths"].values() for method in path}
