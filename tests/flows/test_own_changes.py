"""Lists show one's own changes, even while the replica or the search node stands still."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.flows.queries import LOCK_PRODUCTS, PAUSE_REPLAY, RESUME_REPLAY
from tests.flows.test_price_to_edge import new_product
from tests.support.polling import eventually
from tests.support.stack import Stack

Still = Callable[[], AbstractContextManager[None]]
Shop = dict[str, dict[str, Any]]


@pytest.fixture
def replica(stack: Stack) -> Iterator[psycopg.Connection]:
    """The replica's superuser, over its local socket."""
    port = stack.ports["postgres-replica"]
    sockets = (stack.relocated or stack.home / "data") / "sockets"
    with psycopg.connect(host=str(sockets), port=port, user="postgres", dbname="postgres", autocommit=True) as conn:
        yield conn


@pytest.fixture(params=["replica", "search-node"])
def still(request: pytest.FixtureRequest, stack: Stack, replica: psycopg.Connection) -> Still:
    """Keep the replica, or the search node behind it, from following."""

    @contextmanager
    def replica_stands() -> Iterator[None]:
        replica.execute(PAUSE_REPLAY)
        try:
            yield
        finally:
            replica.execute(RESUME_REPLAY)

    @contextmanager
    def node_stands() -> Iterator[None]:
        pid = stack.pids()["search-node"]
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    return replica_stands if request.param == "replica" else node_stands


@pytest.fixture
def word() -> str:
    return f"zq{uuid4().hex[:10]}"


@pytest.fixture
def shop(staff: httpx.Client, edge_client: httpx.Client, word: str) -> Shop:
    """Three products of one word in their titles, at 10, 20 and 30 dollars, found by search."""
    made = {
        name: staff.post(
            "/api/v1/admin/products",
            json=new_product(title=f"Gauge {word} {name}", price={"amount": amount, "currency": "USD"}),
        )
        .raise_for_status()
        .json()
        for name, amount in (("first", 1000), ("second", 2000), ("third", 3000))
    }
    eventually(lambda: listed(edge_client, word)["total"] == 3, "three products found")
    return made


def listed(client: httpx.Client, word: str, token: str | None = None, **more: Any) -> dict[str, Any]:
    headers = {"consistency-token": token} if token else {}
    answer = client.get("/api/v1/products", params={"q": word, "sort": "price", **more}, headers=headers)
    assert answer.raise_for_status().headers["cache-control"] == "no-store" or not token
    return answer.json()


def named(page: dict[str, Any]) -> list[tuple[str, int]]:
    return [(card["title"].split()[-1], card["price"]["amount"]) for card in page["items"]]


def price(staff: httpx.Client, product: dict[str, Any], amount: int) -> str:
    body = {"sku": product["sku"], "price": {"amount": amount, "currency": "USD"}}
    answer = staff.put(f"/api/v1/admin/products/{product['id']}/prices", json=body)
    return answer.raise_for_status().headers["consistency-token"]


def test_a_price_moves_its_product_at_once(
    staff: httpx.Client, edge_client: httpx.Client, shop: Shop, word: str, still: Still
) -> None:
    with still():
        token = price(staff, shop["first"], 2500)
        page = listed(edge_client, word, token)
        assert named(page) == [("second", 2000), ("first", 2500), ("third", 3000)]
        assert page["total"] == 3
        assert {(band["from"], band["count"]) for band in page["facets"]["price"]} == {(1000, 1), (2500, 2)}
        assert named(listed(edge_client, word, token, price_max=2200)) == [("second", 2000)]
        following = listed(edge_client, word, token, limit=2)
        last = listed(edge_client, word, token, limit=2, cursor=following["next_cursor"])
        assert named(following) + named(last) == named(page)
        assert named(listed(edge_client, word)) == [("first", 1000), ("second", 2000), ("third", 3000)]
    eventually(lambda: named(listed(edge_client, word)) == named(page), "the new price for everyone")


@pytest.mark.parametrize("how", ["unpublished", "deleted"])
def test_what_left_the_shop_disappears_at_once(
    staff: httpx.Client, edge_client: httpx.Client, shop: Shop, word: str, still: Still, how: str
) -> None:
    api = f"/api/v1/admin/products/{shop['second']['id']}"
    with still():
        gone = staff.delete(api) if how == "deleted" else staff.patch(api, json={"status": "unpublished"})
        page = listed(edge_client, word, gone.raise_for_status().headers["consistency-token"])
        assert named(page) == [("first", 1000), ("third", 3000)]
        assert page["total"] == 2
        assert sum(facet["count"] for facet in page["facets"]["brand"]) == 2


def test_a_new_product_comes_first_at_once(
    staff: httpx.Client, edge_client: httpx.Client, shop: Shop, word: str, still: Still
) -> None:
    with still():
        made = staff.post("/api/v1/admin/products", json=new_product(title=f"Gauge {word} new", brand="Aurelia"))
        token = made.raise_for_status().headers["consistency-token"]
        page = listed(edge_client, word, token, sort="relevance", limit=2)
        assert named(page)[0] == ("new", 12999)
        rest = listed(edge_client, word, token, sort="relevance", limit=2, cursor=page["next_cursor"])
        assert {name for name, _ in named(page) + named(rest)} == {"first", "second", "third", "new"}
        assert page["total"] == 4
        assert {"value": "Aurelia", "count": 1} in page["facets"]["brand"]
        assert named(listed(edge_client, word, token, brand="Aurelia")) == [("new", 12999)]


def test_beyond_the_small_pool_a_reader_is_asked_to_come_again(
    staff: httpx.Client, edge_url: str, stack: Stack, shop: Shop, word: str, replica: psycopg.Connection
) -> None:
    token = price(staff, shop["first"], 2500)
    replica.execute(PAUSE_REPLAY)
    try:
        token = price(staff, shop["first"], 2600)
        with psycopg.connect(stack.env["TECHMART_DATABASE_DIRECT_URL"]) as locking:
            locking.execute(LOCK_PRODUCTS)
            answers = together(6, edge_url, word, token)
        assert {answer.status_code for answer in answers} == {503}
        assert {answer.json()["code"] for answer in answers} == {"overloaded"}
        assert all(int(answer.headers["retry-after"]) > 0 for answer in answers)
        assert any("not visible yet" in answer.json()["detail"] for answer in answers)
        assert together(1, edge_url, word, token)[0].json()["items"][1]["price"]["amount"] == 2600
    finally:
        replica.execute(RESUME_REPLAY)


def together(count: int, edge_url: str, word: str, token: str) -> list[httpx.Response]:
    """So many readers at once."""

    def ask(_: int) -> httpx.Response:
        headers = {"consistency-token": token}
        return httpx.get(
            f"{edge_url}/api/v1/products", params={"q": word, "sort": "price"}, headers=headers, timeout=20
        )

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(ask, range(count)))
