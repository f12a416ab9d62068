"""Files that are hostile, damaged or no feed at all: a sentence, or a rejected row."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from write_side.catalog.feed import opening
from write_side.catalog.feed.formats import csv, icecat, own
from write_side.catalog.feed.opening import LINE_BYTES_MAX, FeedError, open_feed
from write_side.catalog.feed.reading import rows
from write_side.catalog.feed.rows import FeedProduct, Reject, RowError

HEADER = b"sku,title,brand,price,attr_n_length\n"


def good(number: int) -> bytes:
    record = {"sku": f"R-{number}", "title": f"Thing {number}", "brand": "Acme", "price": 100}
    return json.dumps(record).encode() + b"\n"


def read(path: Path, content: bytes) -> dict[int, FeedProduct | Reject]:
    path.write_bytes(content)
    with open_feed(str(path), None) as feed:
        return dict(rows(feed))


def fates(found: dict[int, FeedProduct | Reject]) -> dict[int, str]:
    return {line: row.reason if isinstance(row, Reject) else "taken" for line, row in found.items()}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "feed"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 zip", "is a zip archive"),
        (b"\xff\xfe{\x00}\x00", "is UTF-16"),
        (b' [{"sku": "A"}]', "is a JSON array"),
        (b"<html><body>not found</body></html>", "neither JSON Lines, nor CSV"),
        (bytes(range(256)) * 50, "is no"),
        (b"sku;title;brand;price\n1;2;3;4\n", "no feed"),
        (b"sku,title,brand,price,colour\nA,B,C,1,red\n", "'colour', which this format does not know"),
        (b"sku,title,brand,price,sku\n", "the same name twice"),
        (gzip.compress(good(1) * 2000)[:-40], "is damaged after line"),
        (gzip.compress(good(1)) + b"trailing rubbish", "is damaged after line 1"),
        (gzip.compress(good(1) * 9)[:30] + b"\xff" * 40, "is damaged after line 0"),
    ],
)
def test_a_file_that_is_no_feed_gives_a_sentence(file: Path, content: bytes, said: str) -> None:
    with pytest.raises(FeedError, match=said) as refused:
        read(file, content)
    assert "\n" not in str(refused.value)


def test_folders_and_missing_files_give_a_sentence(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing", tmp_path / "feed" / "below"):
        with pytest.raises(FeedError, match="cannot be read"), open_feed(str(path), None):
            pass


@pytest.mark.parametrize("content", [b"", b"\n\r\n  \n", gzip.compress(b"")])
def test_an_empty_feed_has_no_rows(file: Path, content: bytes) -> None:
    assert read(file, content) == {}


def test_marks_and_line_ends_of_other_systems_do_not_matter(file: Path) -> None:
    text = b"\xef\xbb\xbf" + good(1) + b"\r\n" + good(2).replace(b"\n", b"\r\n") + good(3).rstrip()
    assert fates(read(file, text)) == {1: "taken", 3: "taken", 4: "taken"}
    table = b"\xef\xbb\xbf" + HEADER.replace(b"\n", b"\r\n") + b"A,B,C,1,\r\n"
    assert fates(read(file, table)) == {2: "taken"}


def test_bad_lines_of_json_are_named_and_the_others_land(file: Path) -> None:
    bad = [
        b"{",
        b"\xff\xfe\xfd",
        b'{"sku": "A", "title": "T", "brand": "B", "price": NaN}',
        b'{"sku": "A", "title": "T", "brand": "B", "price": Infinity}',
        b'{"sku": "A", "title": "T", "brand": "B", "price": 1e999}',
        b'{"sku": "A", "title": "T", "brand": "B", "price": 1, "attributes": {"x": -1e999}}',
        b'{"sku": "A", "title": "\\ud800", "brand": "B", "price": 1}',
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b"[" * 100_000,
        b"null",
        b'"text"',
        b'{"sku": "R-1", "title": "Twice", "brand": "B", "price": 1}',
        b'{"sku": "A", "title": "T", "brand": "B", "price": ' + b"9" * 5000 + b"}",
        b"x" * (LINE_BYTES_MAX + 1),
    ]
    found = fates(read(file, good(1) + b"\n".join(bad) + b"\n" + good(2)))
    last = len(bad) + 2
    assert [line for line, fate in found.items() if fate == "taken"] == [1, last]
    assert set(found) == set(range(1, last + 1))


def test_a_long_line_is_passed_over_once(file: Path) -> None:
    found = read(file, good(1) + b"x" * (3 * LINE_BYTES_MAX) + b"\n" + good(2))
    assert fates(found) == {1: "taken", 2: f"is longer than {LINE_BYTES_MAX} bytes", 3: "taken"}
    found = read(file, HEADER + b"A,B,C,1,\n" + b"y" * (2 * LINE_BYTES_MAX) + b"\nD,E,F,2,\n")
    assert fates(found) == {2: "taken", 3: f"is longer than {LINE_BYTES_MAX} bytes", 4: "taken"}


def test_lines_without_end_are_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LINE_BYTES_ABSURD", 3 * LINE_BYTES_MAX)
    with pytest.raises(FeedError, match=r"line 2 of .* has more than"):
        read(file, good(1) + b"\0" * (6 * LINE_BYTES_MAX))


def test_a_bomb_is_left_alone(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "EXPANSION_BYTES_MIN", 100_000)
    with pytest.raises(FeedError, match="unfolds to more than 300 times its size"):
        read(file, gzip.compress(good(1) + b"\n" * 1_000_000))


def test_bad_lines_of_csv_are_named_and_the_others_land(file: Path) -> None:
    bad = {
        3: b"A-3,B,C,many,",
        4: b"A-4,B,C,-1,",
        5: b"A-5,B,C,1_000,",
        6: "A-6,B,C,١٢,".encode(),
        7: b"A-7,B,C,1,nan",
        8: b"A-8,B,C,1,inf",
        9: b"A-9,B,C",
        10: b"A-10,B,C,1,,,",
        11: b"A-11,nul\0,C,1,",
        12: b"A-12,\xff\xfe,C,1,",
        13: b'A-13,"quote"s,C,1,',
    }
    text = HEADER + b"A-2,B,C,1,2.5\n" + b"\n".join(bad.values()) + b'\nA-14,"two\nlines",C,1,\n'
    found = fates(read(file, text))
    assert {line for line, fate in found.items() if fate != "taken"} == set(bad)
    assert [line for line, fate in found.items() if fate == "taken"] == [2, 15]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
NAMES = (
    "id", "feed_id", "sku", "title", "brand", "supplier", "category", "price", "compare_at_price", "quantity",
    "description", "short_description", "attributes", "ean", "eans", "options", "images", "released_on", "date_released",
    "rating", "variants", "attr_t_a", "attr_n_a", "attr_b_a",
)  # fmt: skip
SOUND = {"id": "1", "sku": "S-1", "title": "T", "brand": "B", "supplier": "B", "price": 1, "category": "A > B"}


def changed(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(NAMES), values, max_size=4).map(lambda changes: {**SOUND, **changes})


def parsed(parse: Any, record: dict[str, Any]) -> Iterator[FeedProduct]:
    with suppress(RowError):
        yield parse(record)


patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@patient
@given(changed(JSON))
def test_any_record_is_taken_or_refused(record: dict[str, Any]) -> None:
    for product in (*parsed(own, record), *parsed(icecat, record)):
        assert product.digest() == product.digest()


@patient
@given(changed(st.text(max_size=30)))
def test_any_line_of_csv_is_taken_or_refused(record: dict[str, str]) -> None:
    list(parsed(csv, {name: str(value) for name, value in record.items()}))
