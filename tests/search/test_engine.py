"""Search: one result set behind hits, total, facets and cursors."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.errors import CursorTooDeep, ValidationFailed
from kernel.shapes import ProductDocument
from read_side.search.corrector import Corrector
from read_side.search.cursors import REACH, Cursors, Position
from read_side.search.engine import Engine, Filters
from read_side.search.fields import index_document
from read_side.search.postings import found
from read_side.search.routes import category_path, read_parameters
from read_side.search.schema import open_index
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
    attributes=st.sampled_from([(), (("colour", ("black", "red")),), (("curved", ("true",)),)]),
)


def kept(number: int, product: ProductDocument, filters: Filters) -> bool:
    """The filter by hand."""
    values = {
        one.name: str(one.value).lower() if isinstance(one.value, bool) else one.value for one in product.attributes
    }
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
    page = engine.search("", filters, "newest", 100)
    assert page.total == len(expected)
    brands = {facet["value"]: facet["count"] for facet in page.facets["brand"]}
    assert brands == Counter(product.brand for product in expected)
    categories = {facet["value"]: facet["count"] for facet in page.facets["category"]}
    assert categories == Counter(product.category for product in expected)
    assert sum(facet["count"] for facet in page.facets["price"]) == len(expected)


@settings(deadline=None, max_examples=30)
@given(FILTERS)
def test_an_attribute_counts_what_its_filter_finds(filters: Filters) -> None:
    engine = SHARED["engine"]
    for name, values in engine.search("", filters, "newest", 1).facets["attributes"].items():
        if name in dict(filters.attributes):
            continue
        for facet in values[:5]:
            narrowed = replace(filters, attributes=(*filters.attributes, (name, (facet["value"],))))
            assert engine.search("", narrowed, "newest", 1).total == facet["count"], (name, facet)


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
    while hits := engine.search("", Filters(), sort, 37, after=after).hits:
        seen += [hit.id for hit in hits]
        after = hits[-1].key
    assert sorted(seen) == sorted(by_id)
    order = [key(by_id[found]) for found in seen]
    assert order == sorted(order)


def test_words_find_their_products_first(engine: Engine, shop: list[ProductDocument]) -> None:
    target = shop[10]
    assert engine.search(target.title, Filters(), "relevance", 5).hits[0].id == target.id
    assert engine.search(target.sku, Filters(), "relevance", 5).hits[0].id == target.id


WORDS = st.lists(
    st.sampled_from(["notebook", "note", "book", "speaker", "black", "curved", "the", "norvik", "zzz", "usb", "4k"]),
    min_size=1,
    max_size=4,
)


@settings(deadline=None, max_examples=60)
@given(WORDS)
def test_what_is_counted_is_what_the_index_finds(typed: list[str]) -> None:
    view = SHARED["engine"]._view
    text = " ".join(typed)
    words = view._words(text)
    for relaxed, query in ((False, words.every), (True, words.any or words.every)):
        counted = view._matches(text, relaxed=relaxed and words.any is not None)
        assert sorted(found(query, view.searcher, view.columns, 1000)) == counted.tolist()


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
            grown.search("notebook speaker", Filters(), "relevance", 10)
    writer.delete_documents_by_term("id", shop[5].id)
    writer.commit()
    grown.reload()
    fresh = Engine(index)
    for text in ("", "notebook", "notebook speaker", "curved"):
        one, other = (engine.search(text, Filters(), "relevance", 60) for engine in (grown, fresh))
        assert (one.total, one.facets, one.relaxed) == (other.total, other.facets, other.relaxed), text
        assert {(hit.id, hit.version) for hit in one.hits} == {(hit.id, hit.version) for hit in other.hits}
    assert grown.size == 59


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
        grown.reload()
        assert grown.search("notebook", Filters(), "relevance", 10) == Engine(index).search(
            "notebook", Filters(), "relevance", 10
        )
    assert len(grown._view.columns.rows) < 25


def test_a_typo_is_corrected_and_said(engine: Engine) -> None:
    page = engine.search("notebok", Filters(), "relevance", 24)
    assert page.corrected_query == "notebook"
    assert page.total > 0
    assert engine.search("notebook", Filters(), "relevance", 24).corrected_query is None


def test_few_hits_are_followed_by_any_word(engine: Engine) -> None:
    page = engine.search("curved notebook speaker", Filters(), "relevance", 24)
    assert page.relaxed
    assert page.total > 24


def test_suggestions_finish_what_is_typed(engine: Engine) -> None:
    assert "notebook" in engine.complete("note", 5)
    assert engine.suggest("noteb", 3)
    assert engine.suggest("", 3) == []


def test_a_known_word_is_left_alone() -> None:
    corrector = Corrector({"toys": 40, "boys": 1, "printer": 9})
    assert corrector.correct(["boys", "pritner", "x200x"]) == ["boys", "printer", "x200x"]


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


def test_a_category_is_named_by_label_or_path() -> None:
    assert (
        category_path("Printing > Ink Cartridges")
        == category_path("printing/ink-cartridges")
        == "printing/ink-cartridges"
    )


@given(
    st.lists(
        st.tuples(st.sampled_from(["q", "limit", "sort", "brand", "attr.x", "cursor", "weird"]), st.text(max_size=30)),
        max_size=6,
    )
)
def test_any_parameters_are_read_or_refused(items: list[tuple[str, str]]) -> None:
    try:
        read_parameters(items)
    except ValidationFailed as refused:
        assert refused.data["errors"]
