"""Pages as rendered in V8: readable without script, inert, and each failing alone."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest

from frontend_build.render import PageRequest, Renderer, RenderError
from tests.frontend.support import HOSTILE, LOCALES, ORIGIN, PAGES, Parsed, card, listing, page, product, variant

ENDLESS = """{ const real = renderPages; globalThis.renderPages = (asked) => {
  while (asked.includes('"endless"')) {} return real(asked); }; }"""
PICTURE = {"url": "/media/a.svg", "alt": "A product, drawn", "width": 800, "height": 600}


@pytest.mark.parametrize(("locale", "price", "lang"), [("en-us", "$129.99", "en-US"), ("de-de", "129,99", "de-DE")])
def test_a_product_page_reads_without_script(renderer: Renderer, locale: str, price: str, lang: str) -> None:
    html = page(renderer, "product", locale=locale)
    assert f'<html lang="{lang}" data-version="3">' in html
    assert price in html
    assert "<h1>A product</h1>" in html
    assert "56 mm" in html


@pytest.mark.parametrize(
    ("locale", "lang", "home", "price"),
    [("de-at", "de-AT", "Start", "129,99"), ("fr-fr", "en", "Home", "129,99")],
)
def test_a_locale_without_words_of_its_own_speaks_its_language_or_english(
    renderer: Renderer, locale: str, lang: str, home: str, price: str
) -> None:
    html = page(renderer, "product", locale=locale)
    assert f'<html lang="{lang}"' in html
    assert f">{home}</a>" in html
    assert price in html


@pytest.mark.parametrize("locale", LOCALES)
def test_the_language_switch_leads_to_the_same_page_in_every_locale(renderer: Renderer, locale: str) -> None:
    links = [link for link in Parsed(page(renderer, "product", locale=locale)).all("a") if "hreflang" in link]
    assert [link["href"] for link in links] == [f"/{one}/p/a-product" for one in LOCALES]
    assert [link["text"] for link in links] == ["English", "Deutsch (Deutschland)", "Deutsch (Österreich)", "Français"]
    assert [link["href"] for link in links if "aria-current" in link] == [f"/{locale}/p/a-product"]


def test_the_header_tells_the_language_alone(renderer: Renderer) -> None:
    for locale, language in zip(LOCALES, ["English", "Deutsch", "Deutsch", "Français"], strict=True):
        summaries = [one["text"] for one in Parsed(page(renderer, "home", locale=locale)).all("summary")]
        assert summaries[1] == language


def test_a_shop_of_one_locale_has_no_language_switch() -> None:
    assert not [link for link in Parsed(page(Renderer(("en-us",), ORIGIN), "product")).all("a") if "hreflang" in link]


def test_numbers_read_as_in_their_locale(renderer: Renderer) -> None:
    measures = [
        {"name": "weight", "label": "Weight", "value": 12345.5, "unit": "g"},
        {"name": "year", "label": "Year", "value": 2026, "unit": None},
    ]
    html = page(renderer, "product", product(attributes=measures), "de-de")
    assert "12.345,5 g" in html
    assert ">2026<" in html
    assert "1.205 Produkte" in page(renderer, "list", locale="de-de")
    assert "1 product<" in page(renderer, "list", listing(total=1, pages=1))


@pytest.mark.parametrize("name", PAGES)
def test_hostile_texts_stay_texts(renderer: Renderer, name: str) -> None:
    def spoilt(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: spoilt(one) for key, one in value.items()}
        if isinstance(value, list):
            return [spoilt(one) for one in value]
        return HOSTILE if isinstance(value, str) and value not in {"USD", "in_stock"} else value

    html = page(renderer, name, spoilt(PAGES[name]))
    parsed = Parsed(html)
    assert not [attributes for _, attributes, _ in parsed.elements if "onerror" in attributes]
    assert all(one.get("src") or one["type"] == "application/ld+json" for one in parsed.all("script"))
    for one in parsed.all("script", type="application/ld+json"):
        json.loads(one["text"])
    if name == "product":
        assert parsed.data("Product")["name"] == HOSTILE


def test_pictures_have_a_size_and_words(renderer: Renderer) -> None:
    shown = Parsed(page(renderer, "product", product(images=[PICTURE]))).one("img")
    assert shown == {
        "src": "/media/a.svg", "alt": "A product, drawn", "width": "800", "height": "600", "fetchpriority": "high", "text": "",
    }  # fmt: skip
    without = Parsed(page(renderer, "product"))
    assert without.all("img") == []
    assert without.one("span", role="img")["aria-label"] == "No picture yet"


def test_pictures_of_a_list_are_named_by_their_cards_and_wait_until_they_are_near(renderer: Renderer) -> None:
    items = [card(number, image=PICTURE) for number in range(24)]
    images = Parsed(page(renderer, "list", listing(items=items))).all("img")
    assert [(image["alt"], image["width"], image["height"]) for image in images] == [("", "800", "600")] * 24
    assert [image.get("loading") for image in images] == [None] * 4 + ["lazy"] * 20


def test_pages_of_a_list_link_each_other_and_go_on_by_search(renderer: Renderer) -> None:
    def links(number: int, **changes: Any) -> list[tuple[str, str]]:
        parsed = Parsed(page(renderer, "list", listing(page=number, **changes)))
        return [(link["rel"], link["href"]) for link in parsed.all("a") if "rel" in link]

    first = "/en-us/c/printing/ink"
    assert links(1) == [("next", f"{first}/2")]
    assert links(2) == [("prev", first), ("next", f"{first}/3")]
    assert links(3) == [("prev", f"{first}/2"), ("next", "/en-us/search?category=printing/ink&page=4")]
    assert links(3, pages=3) == [("prev", f"{first}/2")]
    assert links(1, pages=1) == []
    assert links(3, path="", name="") == [("prev", "/en-us/c/all/2"), ("next", "/en-us/search?page=4")]


def test_skus_have_their_own_line_where_there_are_several(renderer: Renderer) -> None:
    two = product(variants=[variant("A-1"), variant("A-2", options={"colour": "red", "size": "L"})])
    assert ">red, L</span>" in page(renderer, "product", two)


def test_one_bad_page_does_not_spoil_its_call(renderer: Renderer) -> None:
    asked = [
        PageRequest(name, "en-us", msgspec.Raw(json.dumps(body).encode()))
        for name, body in [
            ("product", product()),
            ("product", {"version": 1}),
            ("nothing", {"version": 1}),
            ("product", product()),
        ]
    ]
    made = renderer.render(asked)
    assert [isinstance(one, RenderError) for one in made] == [False, True, True, False]
    assert made[0] == made[3]
    assert str(made[1]).startswith("product: ")
    assert str(made[2]).startswith("nothing: ")


def test_a_document_that_is_no_json_does_not_spoil_its_call(renderer: Renderer) -> None:
    bodies = [json.dumps(product()).encode(), b'{"version": ', json.dumps(product()).encode()]
    made = renderer.render([PageRequest("product", "en-us", msgspec.Raw(body)) for body in bodies])
    assert [isinstance(one, RenderError) for one in made] == [False, True, False]


def test_a_page_that_takes_too_long_fails_alone(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frontend_build.render.TIMEOUT_SECONDS", 2)
    mine = Renderer(LOCALES, ORIGIN)
    mine._context.eval(ENDLESS)
    asked = [
        PageRequest(name, "en-us", msgspec.Raw(json.dumps(product()).encode()))
        for name in ("product", "endless", "product")
    ]
    made = mine.render(asked)
    assert [isinstance(one, RenderError) for one in made] == [False, True, False]


def test_a_rendered_page_is_the_same_when_rendered_again(renderer: Renderer) -> None:
    for name in PAGES:
        again = page(Renderer(LOCALES, ORIGIN), name)
        assert again == page(renderer, name)
        assert not re.search(r"undefined|\[object|NaN", again)
