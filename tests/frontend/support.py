"""Documents to render, and rendered pages taken apart."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import msgspec

from frontend_build.render import PageRequest, Renderer

LOCALES = ("en-us", "de-de", "de-at", "fr-fr")
ORIGIN = "http://shop.test"
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
MONEY = {"amount": 12999, "currency": "USD"}


def variant(sku: str, **changes: Any) -> dict[str, Any]:
    return {"sku": sku, "title": sku, "price": MONEY, "compare_at_price": None, "eans": [], "options": {}, **changes}


def product(**changes: Any) -> dict[str, Any]:
    return {
        "version": 3, "as_of": "2026-11-01T10:00:00.000Z", "id": "p1", "slug": "a-product", "sku": "A-1",
        "title": "A product", "brand": "Acme", "category": "Printing > Ink", "category_path": "printing/ink",
        "breadcrumbs": [{"name": "Printing", "path": "printing"}, {"name": "Ink", "path": "printing/ink"}],
        "price": MONEY, "compare_at_price": None, "description": "Words", "images": [],
        "attributes": [{"name": "width", "label": "Width", "value": 56, "unit": "mm"}],
        "variants": [variant("A-1")], "rating": None, **changes,
    }  # fmt: skip


def card(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"p{number}", "sku": f"A-{number}", "slug": f"product-{number}", "title": f"Product {number}",
        "brand": "Acme", "price": MONEY, "compare_at_price": None, "image": None, "availability": "in_stock",
        "rating": None, "version": 1, **changes,
    }  # fmt: skip


def listing(**changes: Any) -> dict[str, Any]:
    return {
        "version": 5, "path": "printing/ink", "name": "Ink", "label": "Printing > Ink",
        "breadcrumbs": [{"name": "Printing", "path": "printing"}, {"name": "Ink", "path": "printing/ink"}],
        "children": [], "page": 1, "pages": 9, "total": 1205, "total_is_exact": True,
        "items": [card(number) for number in range(24)], **changes,
    }  # fmt: skip


HOME = {"version": 2, "categories": [{"name": "Printing", "path": "printing"}], "newest": [card(1)]}
PAGES = {
    "product": product(),
    "list": listing(),
    "home": HOME,
    "search": {"version": 1},
    "not-found": {"version": 1},
    "gone": {"version": 4},
}


def page(renderer: Renderer, name: str, document: dict[str, Any] | None = None, locale: str = "en-us") -> str:
    body = json.dumps(PAGES[name] if document is None else document).encode()
    (made,) = renderer.render([PageRequest(name, locale, msgspec.Raw(body))])
    assert isinstance(made, bytes), made
    return made.decode()


class Parsed(HTMLParser):
    """A page's elements in order: tag, attributes, and the text directly within."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str], list[str]]] = []
        self._open: list[tuple[str, list[str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        text: list[str] = []
        self.elements.append((tag, {name: value or "" for name, value in attributes}, text))
        self._open.append((tag, text))

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1][1].append(data)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        """Attributes of these elements, their text under `text`."""
        return [
            {**found, "text": "".join(text)}
            for name, found, text in self.elements
            if name == tag and attributes.items() <= found.items()
        ]

    def one(self, tag: str, **attributes: str) -> dict[str, str]:
        (found,) = self.all(tag, **attributes)
        return found

    def meta(self, name: str) -> str:
        """Content of the meta element with this name or property."""
        (found,) = self.all("meta", name=name) + self.all("meta", property=name)
        return found["content"]

    def data(self, kind: str) -> dict[str, Any]:
        """The page's data of a schema.org type."""
        every = [json.loads(one["text"]) for one in self.all("script", type="application/ld+json")]
        (found,) = [one for one in every if one["@type"] == kind]
        return dict(found)
