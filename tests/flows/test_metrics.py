"""What is owed shows on the relay's port, for every consumer there is."""

from __future__ import annotations

import json
import re

import httpx

from tests.support.stack import Stack

CONSUMERS = {
    "products.project",
    "offers.project",
    "categories.project",
    "lists.project",
    "sitemaps.project",
    "documents.publish",
    "pages.publish",
}


def test_the_relay_shows_what_each_consumer_is_owed(stack: Stack) -> None:
    port = json.loads((stack.home / "ports.json").read_text())["relay"]
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=20).raise_for_status().text
    for gauge in ("techmart_deliveries_ready", "techmart_deliveries_oldest_seconds", "techmart_deliveries_dead"):
        assert set(re.findall(rf'^{gauge}{{consumer="([^"]+)"}} [\d.e+]+$', text, re.MULTILINE)) >= CONSUMERS
