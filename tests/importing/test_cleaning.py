"""Texts and numbers of feeds: made safe, or refused with a reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from write_side.catalog.feed import cleaning
from write_side.catalog.feed.formats import csv, icecat, own
from write_side.catalog.feed.rows import RowError

GOOD = {
    "id": "7",
    "title": "A Printer",
    "supplier": "Acme",
    "price": 100,
    "ean": ["0882780756328"],
    "category": "Printing > Printers",
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain  words\n here", "plain words here"),
        ("<b>bold</b> &amp; <i>fine</i>", "bold & fine"),
        ("one<br/>two<p>three", "one two three"),
        ("<script>alert(1)</script>safe", "safe"),
        ("&lt;b&gt;escaped&lt;/b&gt;", "escaped"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("wrongly\x92decoded\x85", "wrongly decoded"),
        (None, ""),
    ],
)
def test_texts_are_made_plain(value: str | None, expected: str) -> None:
    assert cleaning.text(value, "title", 300) == expected


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc"))))
def test_cleaned_text_holds_no_markup_and_stays_as_it_is(value: str) -> None:
    try:
        once = cleaning.text(f"<p>{value}</p>", "title", 10_000)
    except RowError:
        return
    assert "<p" not in once
    assert "<script" not in once.lower()
    assert cleaning.text(once, "title", 10_000) == once


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": None}, "id"),
        ({"id": ""}, "id"),
        ({"id": ["7"]}, "id"),
        ({"title": None}, "title"),
        ({"title": 5}, "title"),
        ({"title": "bell\x07"}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"price": -1}, "price"),
        ({"price": "12.99"}, "price"),
        ({"price": 1.5}, "price"),
        ({"price": True}, "price"),
        ({"price": 10**15}, "price"),
        ({"ean": "0882780756328"}, "ean"),
        ({"ean": ["12"]}, "ean"),
        ({"date_released": "soon"}, "date_released"),
        ({"attr_n_width": "wide"}, "attr_n_width"),
        ({"attr_b_wireless": 1}, "attr_b_wireless"),
        ({"supplier": ""}, "supplier"),
    ],
)
def test_a_bad_row_is_refused_by_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RowError) as refused:
        icecat({**GOOD, **changes})
    assert refused.value.name == field


def test_an_icecat_row_becomes_a_product() -> None:
    row = icecat(
        {
            **GOOD,
            "attr_t_colour": "Cyan",
            "attr_n_width": 56.0,
            "attr_b_wireless": True,
            "date_released": "2006-07-01T00:00:00Z",
        }
    )
    assert (row.feed_id, row.variants[0].sku, row.released_on) == ("icecat:7", "ICE-7", date(2006, 7, 1))
    assert row.attributes == {"colour": "Cyan", "width": 56.0, "wireless": True}


def test_equal_names_of_two_kinds_stay_apart() -> None:
    row = icecat({**GOOD, "attr_t_size": "large", "attr_n_size": 3.0})
    assert row.attributes == {"size": "large", "size_n": 3.0}


def test_csv_columns_are_typed() -> None:
    row = csv(
        {
            "sku": "C-1",
            "title": "Cable",
            "brand": "Acme",
            "category": "Cables",
            "price": "499",
            "eans": "12345678 87654321",
            "attr_n_length": "1.5",
        }
    )
    assert row.variants[0].eans == ["12345678", "87654321"]
    assert row.attributes == {"length": 1.5}
    with pytest.raises(RowError):
        csv({"sku": "C-1", "title": "Cable", "brand": "Acme", "price": "much"})


def test_our_own_format_refuses_unknown_fields() -> None:
    with pytest.raises(RowError) as refused:
        own({"sku": "X-1", "title": "T", "brand": "B", "price": 1, "colour": "red"})
    assert refused.value.name == "colour"
