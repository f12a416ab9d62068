"""Search: one result set behind hits, total, facets and cursors."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.errors import CursorTooDeep, ValidationFailed
from kernel.shapes import ProductDocument
from read_side.search import facets as counting
from read_side.search.cursors import REACH, Cursors, Position
from read_side.search.engine import Engine
from read_side.search.fields import attribute_words, facet_value, index_document, variant_words
from read_side.search.schema import open_index
from read_side.search.view import Filters, Page
from read_side.search.words import content_words, stem, stems
from tests.search.conftest import offer

PRICES = st.one_of(st.none(), st.integers(0, 300_000))
FILTERS = st.builds(
    Filters,
    brands=st.lists(st.sampled_from(["Norvik", "Tarn", "Lumen", "Nobody"]), max_size=2, unique=True).map(tuple),
    categories=st.lists(st.sampled_from(["computers", "audio/speakers", "nothing"]), max_size=2, unique=True).map(
        tuple
    ),
    price_min=PRICES,
    price_max=PRICES,
    in_stock=st.sampled_from([None, True, False]),
    attributes=st.sampled_from(
        [(), (("colour", ("black", "red")),), (("curved", ("true",)),), (("screen_size", ("15.6", "27")),)]
    ),
)


def facets(page: Page) -> dict[str, Any]:
    return msgspec.json.decode(page.facets)


def kept(number: int, product: ProductDocument, filters: Filters) -> bool:
    """The filter by hand."""
    values = {one.name: facet_value(one.value) for one in product.attributes}
    return (
        (not filters.brands or product.brand in filters.brands)
        and (not filters.categories or any(c.path in filters.categories for c in product.breadcrumbs))
        and (filters.price_min is None or product.price.amount >= filters.price_min)
        and (filters.price_max is None or product.price.amount <= filters.price_max)
        and (filters.in_stock is None or (number % 5 > 0) == filters.in_stock)
        and all(values.get(name) in wanted for name, wanted in filters.attributes)
    )


@settings(deadline=None, max_examples=60)
@given(FILTERS)
def test_totals_and_facets_equal_a_count_by_hand(filters: Filters) -> None:
    engine, shop = SHARED["engine"], SHARED["shop"]
    expected = [product for number, product in enumerate(shop) if kept(number, product, filters)]
    page = engine.view.search("", filters, "newest", 100)
    assert page.total == len(expected)
    counted = facets(page)
    brands = {facet["value"]: facet["count"] for facet in counted["brand"]}
    assert brands == Counter(product.brand for product in expected)
    categories = {facet["value"]: facet["count"] for facet in counted["category"]}
    assert categories == Counter(product.category for product in expected)
    assert sum(facet["count"] for facet in counted["price"]) == len(expected)
    assert counted["attributes"] == attributes_by_hand(expected)


def attributes_by_hand(products: list[ProductDocument]) -> dict[str, list[dict[str, Any]]]:
    """The ten most frequent attributes, texts, numbers and booleans alike, with their 50 most frequent values."""
    values = Counter((one.name, facet_value(one.value)) for product in products for one in product.attributes)
    names = Counter(one.name for product in products for one in product.attributes)
    return {
        name: [
            {"value": value, "count": count}
            for (its_name, value), count in sorted(values.items(), key=lambda item: (-item[1], item[0][1]))
            if its_name == name
        ][:50]
        for name in sorted(names, key=lambda name: (-names[name], name))[:10]
    }


@settings(deadline=None, max_examples=30)
@given(FILTERS)
def test_an_attribute_counts_what_its_filter_finds(filters: Filters) -> None:
    engine = SHARED["engine"]
    for name, values in facets(engine.view.search("", filters, "newest", 1))["attributes"].items():
        if name in dict(filters.attributes):
            continue
        for facet in values[:5]:
            narrowed = replace(filters, attributes=(*filters.attributes, (name, (facet["value"],))))
            assert engine.view.search("", narrowed, "newest", 1).total == facet["count"], (name, facet)


SHARED: dict = {}


@pytest.fixture(autouse=True, scope="session")
def _shared(engine: Engine, shop: list[ProductDocument]) -> None:
    SHARED.update(engine=engine, shop=shop)


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("price", lambda p: p.price.amount),
        ("-price", lambda p: -p.price.amount),
        ("rating", lambda p: -(p.rating or 0)),
    ],
)
def test_pages_go_through_the_whole_set_in_order(engine: Engine, shop: list[ProductDocument], sort: str, key) -> None:
    by_id = {product.id: product for product in shop}
    seen: list[str] = []
    after = None
    while hits := engine.view.search("", Filters(), sort, 37, after=after).hits:
        seen += [hit.id for hit in hits]
        after = hits[-1].key
    assert sorted(seen) == sorted(by_id)
    order = [key(by_id[found]) for found in seen]
    assert order == sorted(order)


def test_words_find_their_products_first(engine: Engine, shop: list[ProductDocument]) -> None:
    target = shop[10]
    assert engine.view.search(target.title, Filters(), "relevance", 5).hits[0].id == target.id
    assert engine.view.search(target.sku, Filters(), "relevance", 5).hits[0].id == target.id


WORDS = st.lists(
    st.sampled_from(["notebook", "note", "book", "speaker", "black", "curved", "the", "norvik", "zzz", "usb", "4k"]),
    min_size=1,
    max_size=4,
)


@settings(deadline=None, max_examples=60)
@given(WORDS)
def test_what_is_found_has_the_words(typed: list[str]) -> None:
    """Sums over postings find what has all words, or any where those are few."""
    view, shop = SHARED["engine"].view, SHARED["shop"]
    ways = ways_by_hand(content_words(typed))
    has = {product.id: stems_of(product) for product in shop}
    every = {one for one, its in has.items() if any(way and way <= its for way in ways)}
    some = {one for one, its in has.items() if any(way & its for way in ways)}
    page = view.search(" ".join(typed), Filters(), "newest", 100)
    assert page.relaxed == (len(ways[0]) > 1 and len(every) < 24)
    assert page.total == len(some if page.relaxed else every)


def ways_by_hand(typed: list[str]) -> list[frozenset[str]]:
    """The stems of some words; then the same with `note book` read as one, at each place where it stands."""
    joined = [
        [*typed[:at], "notebook", *typed[at + 2 :]]
        for at in range(len(typed) - 1)
        if typed[at : at + 2] == ["note", "book"]
    ]
    return [frozenset(one for word in way if (one := stem(word))) for way in (typed, *joined)]


def stems_of(product: ProductDocument) -> frozenset[str]:
    texts = [product.title, product.brand, product.category, product.description]
    return stems(" ".join([*texts, *variant_words(product), *attribute_words(product)]))


def test_products_indexed_anew_keep_their_words_and_facets(tmp_path: Path) -> None:
    """Many small commits, each one segment and some dead products: counts are those of one index made at once."""
    index = open_index(tmp_path)
    writer, grown = index.writer(32_000_000, 1), Engine(index)
    shop: list[ProductDocument] = SHARED["shop"][:60]
    for row, product in enumerate([*shop, *shop[::2], *shop[:3]], 1):
        writer.delete_documents_by_term("id", product.id)
        writer.add_document(index_document(product, row, offer(product, True), 1, row))
        if row % 7 == 0:
            writer.commit()
            grown.reload()
            grown.view.search("notebook speaker", Filters(), "relevance", 10)
    writer.delete_documents_by_term("id", shop[5].id)
    writer.commit()
    grown.reload()
    fresh = Engine(index)
    for text in ("", "notebook", "notebook speaker", "curved"):
        one, other = (engine.view.search(text, Filters(), "relevance", 60) for engine in (grown, fresh))
        assert (one.total, one.facets, one.relaxed) == (other.total, other.facets, other.relaxed), text
        assert {(hit.id, hit.version) for hit in one.hits} == {(hit.id, hit.version) for hit in other.hits}
    assert grown.size == 59


@pytest.mark.parametrize("laid_out", [12, 128])
def test_large_sets_are_counted_as_small_ones(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, laid_out: int) -> None:
    """By the most frequent attributes alone, where these are sure to be the set's: also as the index grows and loses."""
    monkeypatch.setattr("read_side.search.frequent.ATTRIBUTES", laid_out)
    index = open_index(tmp_path)
    writer, grown = index.writer(32_000_000, 1), Engine(index)
    shop: list[ProductDocument] = SHARED["shop"]
    ways = set()
    for row, product in enumerate([*shop[:90], *shop[:60:2], *shop[200:330], *shop[:300:3]], 1):
        writer.delete_documents_by_term("id", product.id)
        writer.add_document(index_document(product, row, offer(product, True), 1, row))
        if row % 25 == 0:
            writer.commit()
            grown.reload()
            for text in ("", "notebook", "speaker"):
                columns, slots = grown.view.columns, grown.view.find(text, Filters()).matches.slots
                ways.add(counting._of_frequent(columns, slots, counting.ATTRIBUTES) is None)
                monkeypatch.setattr(counting, "MANY", 10**6)
                expected = counting.facets(columns, slots)
                monkeypatch.setattr(counting, "MANY", 0)
                assert counting.facets(columns, slots) == expected
    assert ways == ({True, False} if laid_out == 12 else {False}), "both ways of counting were to be seen"


def test_slots_are_packed_when_most_are_dead(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("read_side.search.columns.SLACK", 5)
    index = open_index(tmp_path)
    writer, grown = index.writer(32_000_000, 1), Engine(index)
    shop: list[ProductDocument] = SHARED["shop"][:8]
    for row in range(80):
        product = shop[row % 8]
        writer.delete_documents_by_term("id", product.id)
        writer.add_document(index_document(product, row, offer(product, True), 1, row))
        writer.commit()
        grown.reload(vocabulary=False)
        found = grown.view.search("notebook", Filters(), "relevance", 10)
        if row % 9 == 0:
            assert found == Engine(index).view.search("notebook", Filters(), "relevance", 10)
    assert len(grown.view.columns.rows) < 25


def test_pages_by_relevance_are_one_order(engine: Engine) -> None:
    whole = engine.view.search("notebook", Filters(), "relevance", 100, counted=False).hits
    assert len(whole) > 20
    paged = [
        hit
        for offset in range(0, len(whole), 7)
        for hit in engine.view.search("notebook", Filters(), "relevance", 7, offset).hits
    ]
    assert paged == whole


def test_what_is_left_out_is_nowhere(engine: Engine, shop: list[ProductDocument]) -> None:
    left_out = {product.id for product in shop[:50]}
    for text in ("", "notebook", "curved notebook speaker"):
        before = engine.view.search(text, Filters(), "relevance", 100)
        after = engine.view.search(text, Filters(), "relevance", 100, without=left_out)
        assert not left_out & {hit.id for hit in after.hits}
        assert sum(facet["count"] for facet in facets(after)["price"]) == after.total < before.total


def test_few_hits_are_followed_by_any_word(engine: Engine) -> None:
    page = engine.view.search("curved notebook speaker", Filters(), "relevance", 24)
    assert page.relaxed
    assert page.total > 24


def test_cursors_belong_to_their_search() -> None:
    cursors = Cursors("a secret of sixteen")
    cursor = cursors.sign(Position(24, 99), "one")
    assert cursors.read(cursor, "one") == Position(24, 99)
    for wrong in (cursor[:-2] + "AA", "", "x" * 50):
        with pytest.raises(ValidationFailed):
            cursors.read(wrong, "one")
    with pytest.raises(ValidationFailed):
        cursors.read(cursor, "other")
    with pytest.raises(CursorTooDeep):
        cursors.read(cursors.sign(Position(REACH, 1), "one"), "one")
