"""Pages as rendered in V8: sound, inert, small, and equal after hydration."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import msgspec
import pytest

from frontend_build.build import DIST, FOLDER, MODULES, STOREFRONT, build
from frontend_build.node import environment, run
from frontend_build.render import PageRequest, Renderer, RenderError

SCRIPT_BYTES_MAX = 22_000
ENDLESS = """{ const real = renderPages; globalThis.renderPages = (asked) => {
  while (asked.includes('"endless"')) {} return real(asked); }; }"""
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&"


@pytest.fixture(scope="session")
def renderer() -> Renderer:
    build()
    return Renderer()


def product(**changes: Any) -> dict[str, Any]:
    money = {"amount": 12999, "currency": "USD"}
    return {
        "version": 3, "id": "p1", "slug": "a-product", "sku": "A-1", "title": "A product", "brand": "Acme",
        "category": "Printing > Ink", "category_path": "printing/ink",
        "breadcrumbs": [{"name": "Printing", "path": "printing"}, {"name": "Ink", "path": "printing/ink"}],
        "price": money, "compare_at_price": None, "description": "Words", "images": [],
        "attributes": [{"name": "width", "label": "Width", "value": 56, "unit": "mm"}],
        "variants": [{"sku": "A-1", "title": "A product", "price": money, "options": {}}], "rating": None, **changes,
    }  # fmt: skip


def page(renderer: Renderer, name: str, document: dict[str, Any], locale: str = "en-us") -> str:
    (made,) = renderer.render(
        [PageRequest(name, locale, msgspec.Raw(json.dumps(document).encode()), "http://shop.test")]
    )
    assert isinstance(made, bytes), made
    return made.decode()


@pytest.mark.parametrize(("locale", "price", "lang"), [("en-us", "$129.99", "en-US"), ("de-de", "129,99", "de-DE")])
def test_a_product_page_reads_without_script(renderer: Renderer, locale: str, price: str, lang: str) -> None:
    html = page(renderer, "product", product(), locale)
    assert f'<html lang="{lang}" data-version="3">' in html
    assert price in html
    assert "<h1>A product</h1>" in html
    assert "56 mm" in html
    assert 'rel="canonical" href="http://shop.test/' in html


@pytest.mark.parametrize(("currency", "price"), [("USD", "129.99"), ("JPY", "12999"), ("KWD", "12.999")])
def test_machines_read_the_price_with_the_digits_of_its_currency(renderer: Renderer, currency: str, price: str) -> None:
    html = page(renderer, "product", product(price={"amount": 12999, "currency": currency}))
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert json.loads(data)["offers"]["price"] == price


def test_hostile_texts_stay_texts(renderer: Renderer) -> None:
    hostile = product(
        title=HOSTILE,
        description=HOSTILE,
        brand=HOSTILE,
        attributes=[{"name": "x", "label": HOSTILE, "value": HOSTILE, "unit": None}],
    )
    html = page(renderer, "product", hostile)
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", html, re.DOTALL)
    assert json.loads(next(text for text in scripts if text))["name"] == HOSTILE


def test_one_bad_page_does_not_spoil_its_call(renderer: Renderer) -> None:
    asked = [
        PageRequest(name, "en-us", msgspec.Raw(json.dumps(body).encode()), "http://shop.test")
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
    made = renderer.render([PageRequest("product", "en-us", msgspec.Raw(body), "http://shop.test") for body in bodies])
    assert [isinstance(one, RenderError) for one in made] == [False, True, False]


def test_a_page_that_takes_too_long_fails_alone(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frontend_build.render.TIMEOUT_SECONDS", 2)
    mine = Renderer()
    mine._context.eval(ENDLESS)
    asked = [
        PageRequest(name, "en-us", msgspec.Raw(json.dumps(product()).encode()), "http://shop.test")
        for name in ("product", "endless", "product")
    ]
    made = mine.render(asked)
    assert [isinstance(one, RenderError) for one in made] == [False, True, False]


@pytest.mark.parametrize("entry", ["product.ts", "search.ts"])
def test_scripts_keep_their_budget(renderer: Renderer, entry: str) -> None:
    names = {renderer.manifest["assets"][name] for name in (entry, "menu.ts")}
    names |= {path.name for path in (DIST / "assets").glob("shared-*.js")}
    size = sum(len(gzip.compress((DIST / "assets" / name).read_bytes(), 9)) for name in names)
    assert size <= SCRIPT_BYTES_MAX


def test_every_language_has_the_same_words() -> None:
    def keys(name: str) -> set[str]:
        return set(re.findall(r"(\w+): \"", (STOREFRONT / "i18n" / name).read_text()))

    assert keys("en-us.ts") == keys("de-de.ts")


def test_types_are_sound(renderer: Renderer) -> None:
    run(["node", str(MODULES / "typescript" / "bin" / "tsc"), "--noEmit"], FOLDER, environment(MODULES / ".shims"))


def test_islands_hydrate_to_what_the_server_made(renderer: Renderer) -> None:
    said = run(["node", str(STOREFRONT / "tests" / "hydration.mjs")], FOLDER, environment(MODULES / ".shims"))
    assert "every island" in said
