"""The shop in a real browser, from the edge."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from frontend_build.browser import executable
from frontend_build.build import MODULES
from tests.flows.test_price_to_edge import created
from tests.support.polling import eventually

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
AXE = MODULES / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program, extra = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, env={**os.environ, **extra}, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, bypass_csp=True)
    page = context.new_page()
    page.errors = []  # type: ignore[attr-defined]
    page.on("console", lambda message: page.errors.append(message.text) if message.type == "error" else None)  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.errors.append(str(error)))  # type: ignore[attr-defined]
    yield page
    context.close()


@pytest.fixture(scope="module")
def product(staff: httpx.Client, edge_client: httpx.Client) -> dict[str, Any]:
    return created(staff, edge_client, title="Browser gauge", category="Tools > Gauges")


def test_a_product_page_shows_its_offer(page: Page, edge_url: str, product: dict[str, Any]) -> None:
    page.goto(f"{edge_url}/en-us/p/{product['slug']}")
    page.wait_for_selector(".buybox .stock.in_stock")
    assert page.inner_text("h1") == "Browser gauge"
    assert "$129.99" in page.inner_text("[data-price]")
    assert page.errors == []  # type: ignore[attr-defined]


def test_search_shows_results_and_facets(page: Page, edge_url: str, product: dict[str, Any]) -> None:
    page.goto(f"{edge_url}/en-us/search?q=gauge")
    page.wait_for_selector(".cards .card")
    assert page.locator(".facet").count() == 2
    assert page.errors == []  # type: ignore[attr-defined]


def test_a_page_reads_without_script(browser: Browser, edge_url: str, product: dict[str, Any]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{edge_url}/de-de/p/{product['slug']}")
    assert "Browser gauge" in page.content()
    assert "129,99" in page.content()
    context.close()


@pytest.mark.parametrize("path", ["", "c/tools/gauges", "p/{slug}", "search?q=gauge"])
def test_pages_are_accessible(
    page: Page, edge_url: str, edge_client: httpx.Client, product: dict[str, Any], path: str
) -> None:
    address = f"/en-us/{path.format(**product)}"
    eventually(lambda: edge_client.get(address).status_code == 200, "the page at the edge")
    page.goto(f"{edge_url}{address}")
    page.wait_for_load_state("networkidle")
    page.add_script_tag(path=str(AXE))
    found = page.evaluate(
        "axe.run().then(result => result.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target).join()))"
    )
    assert found == []
