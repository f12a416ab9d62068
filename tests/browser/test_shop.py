"""The shop in a real browser, from the edge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
from playwright.sync_api import Page, Route, expect

from tests.browser.support import Shopper
from tests.flows.test_price_to_edge import created
from tests.support.polling import eventually


def priced(staff: httpx.Client, product: dict[str, Any], amount: int) -> None:
    body = {"sku": product["sku"], "price": {"amount": amount, "currency": "USD"}}
    staff.put(f"/api/v1/admin/products/{product['id']}/prices", json=body).raise_for_status()


def test_a_product_page_shows_its_offer(phone: Shopper, product: dict[str, Any]) -> None:
    page = phone.visit(f"/en-us/p/{product['slug']}")
    expect(page.locator(".buybox [role=status]")).to_have_text("In stock")
    assert page.inner_text("h1") == "Browser gauge"
    assert "$129.99" in page.inner_text("[data-price]")
    data = page.locator("script[type='application/ld+json']").first.text_content() or ""
    assert '"availability":"https://schema.org/InStock"' in data
    assert phone.errors == []


def test_a_held_back_offer_never_replaces_a_newer_price(
    phone: Shopper, staff: httpx.Client, edge_client: httpx.Client
) -> None:
    product = created(staff, edge_client)
    address, offer = f"/en-us/p/{product['slug']}", f"/catalog/offers/{product['id']}.json"
    held = eventually(lambda: (found := edge_client.get(offer)).status_code == 200 and found.content, "the offer")
    old_page = edge_client.get(address).content
    priced(staff, product, 4999)
    eventually(lambda: "$49.99" in edge_client.get(address).text, "the new price on the page")

    phone.page.route(f"**{offer}", lambda route: route.fulfill(body=held, content_type="application/json"))
    page = phone.visit(address)
    expect(page.locator(".buybox [role=status]")).to_have_text("In stock")
    assert page.inner_text("[data-price]") == "$49.99"

    page.unroute(f"**{offer}")
    page.route(f"**{address}", lambda route: route.fulfill(body=old_page, content_type="text/html"))
    phone.visit(address)
    expect(page.locator("[data-price]")).to_have_text("$49.99")


def test_pages_read_without_script(shopper: Callable[..., Shopper], product: dict[str, Any], deep_list: str) -> None:
    page = shopper(java_script_enabled=False).visit(f"/de-de/p/{product['slug']}")
    assert "Browser gauge" in page.inner_text("h1")
    assert "129,99" in page.inner_text("[data-price]")
    assert not page.locator(".buybox [role=status]").is_visible()
    page.goto(f"/de-de/c/{deep_list}")
    page.click("a[rel=next]")
    page.click("a[rel=next]")
    assert page.url.endswith(f"/de-de/c/{deep_list}/3")
    page.click(".drop summary >> nth=1")
    page.click("a[hreflang=en-US]")
    assert page.url.endswith(f"/en-us/c/{deep_list}/3")
    page.goto("/en-us/search?q=gauge")
    assert "Searching needs JavaScript" in page.inner_text("main")
    assert "Searching…" not in page.inner_text("main")
    assert not page.locator(".waiting").is_visible()


def titles(page: Page) -> list[str]:
    page.wait_for_selector(".card .title")
    return page.locator(".card .title").all_inner_texts()


def test_a_list_goes_on_behind_its_last_rendered_page(phone: Shopper, deep_list: str) -> None:
    page = phone.visit(f"/en-us/c/{deep_list}")
    seen: list[str] = []
    for number in range(1, 6):
        assert page.inner_text(".pager span") == f"Page {number} of 5"
        seen += titles(page)
        if number < 5:
            page.click("a[rel=next]")
            page.wait_for_selector(f".pager span:has-text('Page {number + 1}')")
    assert sorted(seen) == sorted(f"Deep gauge {number}" for number in range(100))
    assert page.locator("a[rel=next]").count() == 0

    shared, last = page.url, titles(page)
    page.go_back()
    page.wait_for_selector(".pager span:has-text('Page 4')")
    assert titles(page) == seen[72:96]
    page.click("a[rel=prev]")
    assert page.url.endswith(f"/en-us/c/{deep_list}/3")
    assert titles(page) == seen[48:72]
    page.goto(shared)
    assert titles(page) == last
    page.goto(f"/en-us/search?category={deep_list}&page=5")
    assert titles(page) == last
    assert phone.errors == []


def test_filters_are_set_and_removed_by_keyboard(phone: Shopper, deep_list: str) -> None:
    page = phone.visit("/en-us/search?q=gauge")
    before = page.inner_text("[role=status]")
    page.focus(".filters > summary")
    page.keyboard.press("Enter")
    page.locator(".group a", has_text="Tarn").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".applied")
    assert page.locator(".applied a").all_text_contents() == ["Remove filter: Tarn ×"]
    page.locator(".applied a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".results:not(:has(.applied)) .card .title")
    assert page.inner_text("[role=status]") == before
    assert phone.errors == []


def test_the_header_opens_and_closes_by_keyboard(phone: Shopper, product: dict[str, Any]) -> None:
    page = phone.visit(f"/en-us/p/{product['slug']}")
    page.focus("[data-drop=categories] summary")
    page.keyboard.press("Enter")
    expect(page.locator(".drop[open] li a", has_text="Tools")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".drop[open]")).to_have_count(0)
    assert page.evaluate("document.activeElement.textContent") == "Categories"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".drop[open] a[hreflang=de-DE]")).to_be_visible()
    page.click("h1")
    expect(page.locator(".drop[open]")).to_have_count(0)
    assert phone.errors == []


def test_a_search_survives_an_api_that_is_down(phone: Shopper, product: dict[str, Any]) -> None:
    def down(route: Route) -> None:
        route.fulfill(status=503, content_type="application/problem+json", body="{}")

    phone.page.route("**/api/v1/products?*", down)
    page = phone.visit("/en-us/search?q=gauge")
    expect(page.locator("[role=alert]")).to_contain_text("not answering")
    page.unroute("**/api/v1/products?*")
    page.click("[role=alert] button")
    expect(page.locator(".card .title").first).to_be_visible()
