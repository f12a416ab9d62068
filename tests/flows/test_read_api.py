"""The read API over the edge: parameters, HEAD, documents about itself."""

from __future__ import annotations

import os
import signal
from uuid import uuid4

import httpx
import pytest

from ops.commands.openapi import merged
from read_side.docs.routes import DOCUMENT
from tests.flows.test_price_to_edge import new_product
from tests.support.polling import eventually
from tests.support.stack import Stack

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


def test_a_page_stays_full_while_products_leave(staff: httpx.Client, edge_client: httpx.Client, stack: Stack) -> None:
    """The search node stands still, so that its index still holds what is gone: the next hits take the place."""
    word = f"zq{uuid4().hex[:10]}"
    made = [
        staff.post("/api/v1/admin/products", json=new_product(title=f"Gauge {word} {n:02}")).raise_for_status().json()
        for n in range(12)
    ]
    search = {"q": word, "sort": "newest", "limit": 5}
    eventually(lambda: edge_client.get("/api/v1/products", params=search | {"limit": 1}).json()["total"] == 12, "all")
    order = [product["id"] for product in made]
    node = stack.pids()["search-node"]
    os.kill(node, signal.SIGSTOP)
    try:
        gone = set(order[3:7])
        for product_id in gone:
            staff.delete(f"/api/v1/admin/products/{product_id}").raise_for_status()
            address = f"/api/v1/products/{product_id}"
            eventually(lambda address=address: edge_client.get(address).status_code == 404, "it is gone")
        pages, cursor = [], {}
        while not pages or cursor:
            page = edge_client.get("/api/v1/products", params=search | cursor).json()
            pages.append([card["id"] for card in page["items"]])
            cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else {}
    finally:
        os.kill(node, signal.SIGCONT)
    assert [len(page) for page in pages] == [5, 3]
    assert sorted(one for page in pages for one in page) == sorted(set(order) - gone)


def test_suggestions_lead_somewhere(edge_client: httpx.Client, staff: httpx.Client) -> None:
    word = f"zq{uuid4().hex[:10]}"
    made = new_product(title=f"Gauge {word}", brand=f"{word.title()} Works", category=f"Tools > {word.title()} Gauges")
    product = staff.post("/api/v1/admin/products", json=made).raise_for_status().json()
    twin = made | {"sku": new_product()["sku"], "category": "Tools > Twins"}
    staff.post("/api/v1/admin/products", json=twin).raise_for_status()

    def kinds() -> dict[str, dict[str, str]]:
        found = edge_client.get("/api/v1/suggestions", params={"q": word[:9]}).json()["suggestions"]
        assert len({one["text"].casefold() for one in found}) == len(found)
        return {one["kind"]: one for one in found}

    def every_kind() -> dict[str, dict[str, str]] | None:
        found = kinds()
        return found if found.keys() == {"query", "product", "category", "brand"} else None

    found = eventually(every_kind, "suggestions of every kind", seconds=60)
    assert found["product"]["text"] == made["title"]
    assert found["product"]["url"].startswith(f"/en-us/p/{product['slug']}")
    assert found["category"]["url"] == f"/en-us/c/tools/{word}-gauges"
    assert found["brand"]["url"] == f"/en-us/search?brand={word.title()}+Works"
    assert found["query"] == {"text": word, "kind": "query", "url": f"/en-us/search?q={word}"}
    eventually(lambda: edge_client.get(found["category"]["url"]).status_code == 200, "the category's page")
