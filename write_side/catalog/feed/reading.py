"""Reading a feed file line by line, in constant memory."""

from __future__ import annotations

import csv as csv_module
import gzip
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

import msgspec

from write_side.catalog.feed.formats import FORMATS, Parse
from write_side.catalog.feed.rows import FeedProduct, Reject, RowError

LINE_BYTES_MAX: Final = 2_000_000
_decode = msgspec.json.Decoder().decode


class FeedError(Exception):
    """The file as a whole cannot be read."""


@dataclass
class Feed:
    """A feed file. `position` counts bytes of the file itself, `size` is 0 where it is not known."""

    source: str
    format: str
    stream: BinaryIO
    raw: BinaryIO
    size: int

    @property
    def position(self) -> int:
        """How far the file has been read."""
        return self.raw.tell() if self.size else 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let the file go; standard input stays."""
        if self.size or self.source != "-":
            self.stream.close()
            self.raw.close()


def open_feed(source: str, wanted: str | None) -> Feed:
    """Open a file, `.gz` too, or `-` for standard input; without a format it is guessed by the first line."""
    try:
        raw: Any = sys.stdin.buffer if source == "-" else Path(source).open("rb")  # noqa: SIM115 - closed with the feed
    except OSError as error:
        raise FeedError(f"{source} cannot be read: {error.strerror}") from error
    size = 0 if source == "-" else Path(source).stat().st_size
    stream: Any = io.BufferedReader(raw) if not hasattr(raw, "peek") else raw
    if stream.peek(2)[:2] == b"\x1f\x8b":
        stream = io.BufferedReader(gzip.GzipFile(fileobj=stream))
    try:
        head = stream.peek(4096)[:4096]
    except (OSError, EOFError) as error:
        raise FeedError(f"{source} is damaged: {error}") from error
    return Feed(source, wanted or _guess(head), stream, raw, size)


def _guess(head: bytes) -> str:
    first = head.lstrip(b"\xef\xbb\xbf \r\n\t").split(b"\n", 1)[0]
    if not first.startswith(b"{"):
        return "csv"
    return "icecat" if b'"supplier"' in head else "jsonl"


def rows(feed: Feed) -> Iterator[FeedProduct | Reject]:
    """Every row of the feed in order with its fate. A feed id seen before in the file is rejected."""
    parse = FORMATS[feed.format]
    seen: set[str] = set()
    records = _csv_records(feed) if feed.format == "csv" else _json_records(feed)
    for line, record in records:
        yield record if isinstance(record, Reject) else _row(line, record, parse, seen)


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
    for number, line in enumerate(_lines(feed), 1):
        if line.strip():
            yield number, _json_record(number, line)


def _json_record(number: int, line: bytes) -> Any:
    if len(line) > LINE_BYTES_MAX:
        return Reject(number, None, "", f"is longer than {LINE_BYTES_MAX} bytes")
    try:
        record = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Reject(number, None, "", f"is not JSON: {error}")
    return record if isinstance(record, dict) else Reject(number, None, "", "is not an object")


def _csv_records(feed: Feed) -> Iterator[tuple[int, Any]]:
    def texts() -> Iterator[str]:
        for line in _lines(feed):
            yield line.decode("utf-8-sig", "surrogateescape").replace("\0", "\x01")

    reader = csv_module.DictReader(texts(), strict=True)
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv_module.Error as error:
            yield reader.line_num, Reject(reader.line_num, None, "", f"is not CSV: {error}")
            continue
        yield reader.line_num, record


def _lines(feed: Feed) -> Iterator[bytes]:
    try:
        while line := feed.stream.readline(LINE_BYTES_MAX * 2):
            yield line
    except (OSError, EOFError) as error:
        raise FeedError(f"{feed.source} is damaged: {error}") from error
