"""What pages tell search engines and previews."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from frontend_build.render import Renderer
from read_side.documents.render import sitemap_xml
from tests.frontend.support import LOCALES, ORIGIN, PAGES, Parsed, listing, page, product, variant

PATHS = {"product": "p/a-product", "list": "c/printing/ink", "home": ""}
PICTURE = {"url": "/media/a.svg", "alt": "A product, drawn", "width": 800, "height": 600}
LONG = "Nine words that are said again and again, " * 8


@pytest.mark.parametrize("name", PATHS)
def test_a_page_names_itself_and_its_twins(renderer: Renderer, name: str) -> None:
    for locale in LOCALES:
        parsed = Parsed(page(renderer, name, locale=locale))
        assert parsed.one("link", rel="canonical")["href"] == f"{ORIGIN}/{locale}/{PATHS[name]}"
        twins = {link["hreflang"]: link["href"] for link in parsed.all("link", rel="alternate")}
        default = f"{ORIGIN}/en-us/{PATHS[name]}" if PATHS[name] else f"{ORIGIN}/"
        assert twins == {
            "en-US": f"{ORIGIN}/en-us/{PATHS[name]}",
            "de-DE": f"{ORIGIN}/de-de/{PATHS[name]}",
            "de-AT": f"{ORIGIN}/de-at/{PATHS[name]}",
            "fr-FR": f"{ORIGIN}/fr-fr/{PATHS[name]}",
            "x-default": default,
        }
        assert not parsed.all("meta", name="robots")


@pytest.mark.parametrize("name", PATHS)
def test_the_sitemap_names_the_same_twins_as_the_page(renderer: Renderer, name: str) -> None:
    content = {"products": ["a-product"], "categories": ["printing/ink"]}
    for url in ElementTree.fromstring(sitemap_xml(content, 1, ORIGIN, LOCALES)):
        (address, *links) = [child.get("href") or child.text for child in url]
        if address == f"{ORIGIN}/de-de/{PATHS[name]}":
            parsed = Parsed(page(renderer, name, locale="de-de"))
            assert links == [link["href"] for link in parsed.all("link", rel="alternate")]
            return
    raise AssertionError(f"the sitemap has no {name}")


@pytest.mark.parametrize("name", ["search", "not-found", "gone"])
def test_search_and_missing_pages_are_not_listed(renderer: Renderer, name: str) -> None:
    parsed = Parsed(page(renderer, name))
    assert parsed.meta("robots") == "noindex"
    assert not parsed.all("link", rel="canonical") + parsed.all("link", rel="alternate")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_one_heading_a_title_and_a_description(renderer: Renderer, name: str, locale: str) -> None:
    parsed = Parsed(page(renderer, name, locale=locale))
    assert len(parsed.all("h1")) == 1
    assert parsed.one("title")["text"].endswith("TechMart")
    assert 20 < len(parsed.meta("description")) <= 160


def test_no_two_pages_have_one_title(renderer: Renderer) -> None:
    made = [page(renderer, name) for name in PAGES] + [page(renderer, "list", listing(page=2))]
    titles = [Parsed(html).one("title")["text"] for html in made]
    assert len(set(titles)) == len(titles)


def test_a_long_description_is_cut_between_words(renderer: Renderer) -> None:
    said = Parsed(page(renderer, "product", product(description=LONG))).meta("description")
    assert len(said) <= 160
    assert said.endswith("again…")
    for text in ("x" * 400, "\U0001f600" * 400):
        assert len(Parsed(page(renderer, "product", product(description=text))).meta("description")) >= 80


def test_a_preview_shows_the_product(renderer: Renderer) -> None:
    parsed = Parsed(page(renderer, "product", product(images=[PICTURE], description=LONG)))
    assert parsed.meta("og:title") == "A product"
    assert parsed.meta("og:description") == parsed.meta("description")
    assert parsed.meta("og:image") == f"{ORIGIN}/media/a.svg"
    assert parsed.meta("og:url") == parsed.one("link", rel="canonical")["href"]
    assert parsed.meta("og:locale") == "en_US"
    assert not Parsed(page(renderer, "product")).all("meta", property="og:image")


@pytest.mark.parametrize(("currency", "price"), [("USD", "129.99"), ("JPY", "12999"), ("KWD", "12.999")])
def test_machines_read_the_price_with_the_digits_of_its_currency(renderer: Renderer, currency: str, price: str) -> None:
    html = page(renderer, "product", product(price={"amount": 12999, "currency": currency}))
    assert Parsed(html).data("Product")["offers"]["price"] == price


def test_machines_read_what_the_product_is(renderer: Renderer) -> None:
    sold = [variant("A-1", eans=["not-one", "0882780756328"]), variant("A-2", eans=["4006381333931"])]
    data = Parsed(page(renderer, "product", product(variants=sold, images=[PICTURE]))).data("Product")
    assert data["name"] == "A product"
    assert (data["sku"], data["gtin"], data["brand"]["name"]) == ("A-1", "0882780756328", "Acme")
    assert data["image"] == [f"{ORIGIN}/media/a.svg"]
    assert data["offers"]["url"] == f"{ORIGIN}/en-us/p/a-product"
    assert data["offers"]["priceCurrency"] == "USD"
    assert "gtin" not in Parsed(page(renderer, "product")).data("Product")


@pytest.mark.parametrize("name", ["product", "list"])
def test_machines_read_the_way_to_a_page_as_it_is_shown(renderer: Renderer, name: str) -> None:
    parsed = Parsed(page(renderer, name, locale="de-de"))
    steps = parsed.data("BreadcrumbList")["itemListElement"]
    assert [(step["position"], step["name"], step["item"]) for step in steps] == [
        (1, "Start", f"{ORIGIN}/de-de/"),
        (2, "Printing", f"{ORIGIN}/de-de/c/printing"),
        (3, "Ink", f"{ORIGIN}/de-de/c/printing/ink"),
    ]
    shown = [link["href"] for link in parsed.all("a") if link["text"] in {"Start", "Printing", "Ink"}]
    assert [f"{ORIGIN}{href}" for href in shown[:3]] == [step["item"] for step in steps]
