"""Reading a feed row by row, in constant memory but for the ids seen."""

from __future__ import annotations

import csv as csv_module
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from write_side.catalog.feed.formats import CSV_COLUMNS, FORMATS, Parse, is_attribute
from write_side.catalog.feed.opening import LINE_BYTES_MAX, Feed, FeedError
from write_side.catalog.feed.rows import FeedProduct, Reject, RowError

_decode = msgspec.json.Decoder().decode
_TOO_LONG = f"is longer than {LINE_BYTES_MAX} bytes"
_REQUIRED_COLUMNS = ("sku", "title", "brand", "price")

Row = tuple[int, FeedProduct | Reject]
"""The line a row stands in, and its fate."""


def rows(feed: Feed) -> Iterator[Row]:
    """Every row of the feed in order. A feed id seen before in the file is rejected.

    Raises `FeedError` where the file can be read no further.
    """
    parse = FORMATS[feed.format]
    seen: set[str] = set()
    records = _csv_records(feed) if feed.format == "csv" else _json_records(feed)
    for line, record in records:
        yield line, record if isinstance(record, Reject) else _row(line, record, parse, seen)


def _row(line: int, record: Any, parse: Parse, seen: set[str]) -> FeedProduct | Reject:
    identity = str(record.get("feed_id") or record.get("id") or record.get("sku") or "")[:100] or None
    try:
        product = parse(record)
    except RowError as error:
        return Reject(line, identity, error.name, error.reason)
    if product.feed_id in seen:
        return Reject(line, identity, "id", "stands in an earlier line too")
    seen.add(product.feed_id)
    return product


def _json_records(feed: Feed) -> Iterator[tuple[int, Any]]:
    for number, line in feed.lines():
        if line is None:
            yield number, Reject(number, None, "", _TOO_LONG)
        elif line.strip():
            yield number, _json_record(number, line)


def _json_record(number: int, line: bytes) -> Any:
    try:
        record = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Reject(number, None, "", f"is not JSON: {error}")
    return record if isinstance(record, dict) else Reject(number, None, "", "is not an object")


def _csv_records(feed: Feed) -> Iterator[tuple[int, Any]]:
    too_long: set[int] = set()

    def texts() -> Iterator[str]:
        for number, line in feed.lines():
            if line is None:
                too_long.add(number)
            # NUL and broken bytes become characters that cleaning refuses by name.
            yield (line or b"\n").decode("utf-8", "surrogateescape").replace("\0", "\x01")

    reader = csv_module.reader(texts(), strict=True)
    header = _header(feed, reader)
    while True:
        before = reader.line_num
        try:
            values = next(reader, None)
        except csv_module.Error as error:
            yield reader.line_num, Reject(reader.line_num, None, "", f"is not CSV: {error}")
            continue
        line = reader.line_num
        if values is None:
            return
        if long := too_long.intersection(range(before + 1, line + 1)):
            yield min(long), Reject(min(long), None, "", _TOO_LONG)
        elif not "".join(values).strip():
            continue
        elif len(values) != len(header):
            yield line, Reject(line, None, "", f"has {len(values)} fields, the header {len(header)}")
        else:
            yield line, dict(zip(header, values, strict=True))


def _header(feed: Feed, reader: Iterator[list[str]]) -> Sequence[str]:
    """The columns; a file whose first line names none of them would only make a reject of every line."""
    try:
        names = [name.strip() for name in next(reader, [])]
    except csv_module.Error as error:
        raise FeedError(f"{feed.source} is no CSV feed: its first line {error}") from error
    if not names:
        return names
    if missing := [name for name in _REQUIRED_COLUMNS if name not in names]:
        raise FeedError(f"{feed.source} is no feed: neither JSON Lines, nor CSV with a column {', '.join(missing)}")
    unknown = [name for name in names if name not in CSV_COLUMNS and not is_attribute(name)]
    if unknown or len(set(names)) < len(names):
        what = f"{unknown[0]!r}, which this format does not know" if unknown else "the same name twice"
        raise FeedError(f"{feed.source} has a column {what}")
    return names
