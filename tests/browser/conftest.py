"""A browser on the running shop, and products to look at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from frontend_build.browser import executable
from tests.browser.support import DEEP_CATEGORY, PHONE, Shopper
from tests.flows.test_price_to_edge import created
from tests.support.polling import eventually
from tests.support.stack import Stack

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
DEEP_PRODUCTS = 100
COMMAND = Path(sys.executable).parent / "techmart"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Closed behind these tests: while it runs, V8 in this process takes its caller for a coroutine."""
    program, extra = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, env={**os.environ, **extra}, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def shopper(browser: Browser, edge_url: str) -> Iterator[Callable[..., Shopper]]:
    """Opens a window, a phone's unless its options (those of the browser's context) say otherwise."""
    opened: list[Shopper] = []

    def open_window(**options: Any) -> Shopper:
        context = browser.new_context(**{"viewport": PHONE, "base_url": edge_url, "bypass_csp": True, **options})
        opened.append(Shopper(context.new_page()))
        return opened[-1]

    yield open_window
    for one in opened:
        one.page.context.close()


@pytest.fixture
def phone(shopper: Callable[..., Shopper]) -> Shopper:
    return shopper()


@pytest.fixture
def page(phone: Shopper) -> Page:
    return phone.page


@pytest.fixture(scope="session")
def product(staff: httpx.Client, edge_client: httpx.Client) -> dict[str, Any]:
    return created(staff, edge_client, title="Browser gauge", category="Tools > Gauges")


@pytest.fixture(scope="session")
def deep_list(stack: Stack, edge_client: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of a category with more products than are rendered ahead, all of one day."""
    feed = tmp_path_factory.mktemp("deep") / "deep.jsonl"
    rows = [
        {
            "sku": f"DEEP-{number}", "title": f"Deep gauge {number}", "brand": "Tarn", "category": DEEP_CATEGORY,
            "price": 1000 + number, "released_on": "2026-03-01",
        }
        for number in range(DEEP_PRODUCTS)
    ]  # fmt: skip
    feed.write_text("\n".join(json.dumps(row) for row in rows))
    subprocess.run([COMMAND, "import", str(feed)], env={**os.environ, **stack.env}, check=True, capture_output=True)
    path = "deep/gauges"
    asked = {"category": path, "limit": 1}
    eventually(
        lambda: edge_client.get("/api/v1/products", params=asked).json()["total"] == DEEP_PRODUCTS, "all of them found"
    )
    eventually(lambda: "of 5" in edge_client.get(f"/en-us/c/{path}/3").text, "their pages")
    return path
