"""What every kind of page owes every shopper: no barrier, nothing that moves or sticks out, one heading."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Route

from tests.browser.support import DESKTOP, NARROW, PHONE, Shopper
from tests.flows.test_price_to_edge import created
from tests.support.polling import eventually

LONG_TITLE = "Spectrometer-Kalibrierungsvorrichtung " * 4 + "X" * 40
PAGES = {
    "home": "/en-us/",
    "category": "/en-us/c/tools/gauges",
    "category in German": "/de-de/c/tools/gauges",
    "deep list": "/en-us/search?category=deep/gauges&page=4",
    "product": "/en-us/p/{plain}",
    "long product in German": "/de-de/p/{long}",
    "sold out": "/en-us/p/{sold_out}",
    "search": "/en-us/search?q=gauge",
    "search narrowed": "/en-us/search?q=gauge&brand=Tarn&price_min=1000&price_max=200000&sort=price",
    "typo": "/en-us/search?q=gaugge",
    "no hits": "/de-de/search?q=zzzzqqqq",
    "no hits with filters": "/en-us/search?q=gauge&brand=Nobody",
    "refused": "/en-us/search?sort=oldest",
    "not found": "/en-us/p/nothing-here",
    "gone": "/de-de/p/{gone}",
}
LAYOUT_SHIFT_MAX = 0.05


@pytest.fixture(scope="session")
def slugs(staff: httpx.Client, edge_client: httpx.Client, product: dict[str, Any], deep_list: str) -> dict[str, str]:
    attributes = {f"property_{number}": f"a value with several words {number}" for number in range(60)}
    long = created(staff, edge_client, title=LONG_TITLE, category="Tools > Gauges", attributes=attributes)
    gone = created(staff, edge_client, title="Forgotten gauge")
    staff.delete(f"/api/v1/admin/products/{gone['id']}").raise_for_status()
    sold_out = created(staff, edge_client, title="Gone gauge", category="Tools > Gauges", quantity=0)
    eventually(lambda: "Gone gauge" in edge_client.get("/de-de/c/tools/gauges").text, "the list")
    found = {"q": "gone gauge"}
    eventually(lambda: edge_client.get("/api/v1/products", params=found).json()["total"], "the products found")
    eventually(lambda: edge_client.get(f"/de-de/p/{gone['slug']}").status_code == 410, "the page gone")
    return {"plain": product["slug"], "long": long["slug"], "sold_out": sold_out["slug"], "gone": gone["slug"]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_pages_have_no_barriers_and_keep_still(
    shopper: Callable[..., Shopper], slugs: dict[str, str], name: str, scheme: str
) -> None:
    window = shopper(color_scheme=scheme, viewport=PHONE if scheme == "light" else DESKTOP)
    page = window.visit(PAGES[name].format(**slugs))
    assert window.layout_shift() <= LAYOUT_SHIFT_MAX
    assert window.overflow() == 0
    assert page.locator("h1").count() == 1
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert window.violations() == []
    page.set_viewport_size(NARROW)
    assert window.overflow() == 0


def test_an_api_that_is_down_is_told_without_barriers(phone: Shopper, slugs: dict[str, str]) -> None:
    def down(route: Route) -> None:
        route.fulfill(status=503, content_type="application/problem+json", body="{}")

    phone.page.route("**/api/v1/**", down)
    phone.page.route("**/catalog/offers/**", down)
    phone.visit("/en-us/search?q=gauge")
    assert phone.violations() == []
    page = phone.visit(f"/en-us/p/{slugs['plain']}")
    assert page.inner_text(".buybox [role=status]") == "Availability could not be checked just now."
    assert phone.violations() == []
