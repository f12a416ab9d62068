"""From a command to what shoppers get, through every process."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.polling import eventually


def new_product(**changes: Any) -> dict[str, Any]:
    name = uuid4().hex[:10]
    return {
        "sku": f"FLOW-{name}",
        "title": f"Flowmeter {name}",
        "brand": "Tarn",
        "category": "Tools > Meters",
        "price": {"amount": 12999, "currency": "USD"},
        "quantity": 10,
        **changes,
    }


def created(staff: httpx.Client, edge_client: httpx.Client, **changes: Any) -> dict[str, Any]:
    """A product whose page stands at the edge."""
    product = staff.post("/api/v1/admin/products", json=new_product(**changes)).raise_for_status().json()
    eventually(lambda: edge_client.get(f"/en-us/p/{product['slug']}").status_code == 200, "the product's page")
    return product


@pytest.fixture
def product(staff: httpx.Client, edge_client: httpx.Client) -> dict[str, Any]:
    return created(staff, edge_client)


def test_a_price_reaches_every_object(staff: httpx.Client, edge_client: httpx.Client, product: dict[str, Any]) -> None:
    address = f"/catalog/en-us/products/{product['slug']}.json"
    before = edge_client.get(address)
    body = {"sku": product["sku"], "price": {"amount": 4999, "currency": "USD"}}
    staff.put(f"/api/v1/admin/products/{product['id']}/prices", json=body).raise_for_status()
    eventually(lambda: edge_client.get(address).json()["price"]["amount"] == 4999, "the new price in the product JSON")
    after = edge_client.get(address)
    assert int(after.headers["x-source-version"]) > int(before.headers["x-source-version"])
    assert after.headers["x-committed-at"] > before.headers["x-committed-at"]
    offer = f"/catalog/offers/{product['id']}.json"
    eventually(
        lambda: edge_client.get(offer).json()["offers"][0]["price"]["amount"] == 4999, "the new price in the offer"
    )
    eventually(lambda: "$49.99" in edge_client.get(f"/en-us/p/{product['slug']}").text, "the new price on the page")
    eventually(lambda: "49,99" in edge_client.get("/de-de/c/tools/meters").text, "the new price on the list")


def test_the_api_and_the_bucket_give_the_same_bytes(edge_client: httpx.Client, product: dict[str, Any]) -> None:
    def same() -> bool:
        stored = edge_client.get(f"/catalog/de-de/products/{product['slug']}.json").content
        return edge_client.get(f"/api/v1/products/{product['id']}?locale=de-de").content == stored

    eventually(same, "equal bytes")
    for name in (product["slug"], product["sku"]):
        assert edge_client.get(f"/api/v1/products/{name}").json()["id"] == product["id"]


def test_a_miss_becomes_a_hit(edge_client: httpx.Client, product: dict[str, Any]) -> None:
    address = f"/catalog/en-us/products/{product['slug']}.json"

    def hit() -> bool:
        return edge_client.get(address).headers["x-cache"] == "HIT"

    eventually(hit, "a HIT")


def test_a_stock_band_rewrites_the_offer_alone(
    staff: httpx.Client, edge_client: httpx.Client, product: dict[str, Any]
) -> None:
    address = f"/catalog/en-us/products/{product['slug']}.json"
    version = edge_client.get(address).headers["x-source-version"]
    body = {"sku": product["sku"], "quantity_delta": -10, "reason": "sold at the counter"}
    staff.post(
        "/api/v1/admin/inventory/adjustments", json=body, headers={"idempotency-key": uuid4().hex}
    ).raise_for_status()
    offer = f"/catalog/offers/{product['id']}.json"
    eventually(lambda: edge_client.get(offer).json()["offers"][0]["availability"] == "out_of_stock", "the new band")
    assert edge_client.get(address).headers["x-source-version"] == version


def test_unpublished_then_deleted(staff: httpx.Client, edge_client: httpx.Client, product: dict[str, Any]) -> None:
    page, api = f"/en-us/p/{product['slug']}", f"/api/v1/admin/products/{product['id']}"
    staff.patch(api, json={"status": "unpublished"}).raise_for_status()
    eventually(lambda: edge_client.get(page).status_code == 410, "the page gone")
    german = page.replace("en-us", "de-de")
    eventually(lambda: "<h1>Nicht mehr im Shop</h1>" in edge_client.get(german).text, "word of it in each language")
    staff.patch(api, json={"status": "published"}).raise_for_status()
    eventually(lambda: edge_client.get(page).status_code == 200, "the page back")
    staff.delete(api).raise_for_status()
    eventually(lambda: edge_client.get(page).status_code == 410, "the page gone for good")
    assert edge_client.get(f"/api/v1/products/{product['id']}").status_code == 404


def test_a_new_address_redirects_from_the_old(
    staff: httpx.Client, edge_client: httpx.Client, product: dict[str, Any]
) -> None:
    slug = f"moved-{uuid4().hex[:8]}"
    staff.patch(f"/api/v1/admin/products/{product['id']}", json={"slug": slug}).raise_for_status()
    old = f"/en-us/p/{product['slug']}"
    eventually(lambda: edge_client.get(old).headers.get("location") == f"/en-us/p/{slug}", "the redirect")
    assert edge_client.get(old).status_code == 301
    assert edge_client.get(f"/en-us/p/{slug}").status_code == 200


def test_search_finds_a_new_product(staff: httpx.Client, edge_client: httpx.Client) -> None:
    word = f"zq{uuid4().hex[:10]}"
    product = created(staff, edge_client, title=f"Gauge {word}")
    found = eventually(
        lambda: edge_client.get("/api/v1/products", params={"q": word}).json()["items"], "the product found"
    )
    assert [card["id"] for card in found] == [product["id"]]
    by_code = edge_client.get("/api/v1/products", params={"q": product["sku"]}).json()["items"]
    assert by_code[0]["id"] == product["id"]


def test_a_command_is_read_back_at_once(staff: httpx.Client, product: dict[str, Any]) -> None:
    address = f"/api/v1/products/{product['id']}"
    for amount in range(100, 110):
        body = {"sku": product["sku"], "price": {"amount": amount, "currency": "USD"}}
        token = staff.put(f"/api/v1/admin/products/{product['id']}/prices", json=body).headers["consistency-token"]
        seen = staff.get(address, headers={"consistency-token": token})
        assert seen.json()["price"]["amount"] == amount
        assert seen.headers["cache-control"] == "no-store"


def test_the_audit_log_names_each_change(staff: httpx.Client, product: dict[str, Any]) -> None:
    def subjects() -> set[str]:
        return {entry["subject"] for entry in staff.get("/api/v1/admin/audit").json()["entries"]}

    eventually(lambda: f"product:{product['id']}" in subjects(), "the entry")
