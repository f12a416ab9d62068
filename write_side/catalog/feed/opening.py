"""Opening a feed: a file, gzipped or not, or standard input; what it is, by its first bytes."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Self

LINE_BYTES_MAX: Final = 2_000_000
"""Longer lines are rejected; they are passed over without being held."""

LINE_BYTES_ABSURD: Final = 1_000_000_000
"""A file with such a line has no lines: a device, an image of a disk."""

EXPANSION_MAX: Final = 300
"""Texts compress to a tenth; what unfolds this much is made to fill memories and disks."""
EXPANSION_BYTES_MIN: Final = 10_000_000
BLANK_LINES_MAX: Final = 1_000

_OTHERS: Final = {
    b"PK\x03\x04": "a zip archive; unpack it, or compress with gzip",
    b"BZh": "compressed with bzip2; unpack it, or compress with gzip",
    b"\xfd7zXZ": "compressed with xz; unpack it, or compress with gzip",
    b"\x28\xb5\x2f\xfd": "compressed with zstd; unpack it, or compress with gzip",
    b"\xff\xfe": "UTF-16; feeds are UTF-8",
    b"\xfe\xff": "UTF-16; feeds are UTF-8",
    b"[": "a JSON array; feeds are JSON Lines, one object a line",
}
_GZIP: Final = b"\x1f\x8b"
_BOM: Final = b"\xef\xbb\xbf"


class FeedError(Exception):
    """The file as a whole cannot be read."""


class _Counted(io.RawIOBase):
    """A file that knows how much of it was read, also where it cannot tell."""

    def __init__(self, raw: io.FileIO) -> None:
        self._raw = raw
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        read = self._raw.readinto(buffer) or 0
        self.count += read
        return read

    def close(self) -> None:
        self._raw.close()
        super().close()


@dataclass
class Feed:
    """An open feed. `position` counts bytes of the file as it is stored, `size` is 0 where it is not known."""

    source: str
    format: str
    size: int
    first: tuple[int, bytes]
    _stream: IO[bytes]
    _counted: _Counted
    _packed: bool

    @property
    def position(self) -> int:
        """How far the file has been read."""
        return self._counted.count

    def lines(self) -> Iterator[tuple[int, bytes | None]]:
        """Each line with its number from 1; None for one that is longer than `LINE_BYTES_MAX`.

        Raises `FeedError` where the file is damaged, has no lines, or unfolds without end.
        """
        number, line = self.first
        total = 0
        while line:
            length = len(line)
            if length > LINE_BYTES_MAX and not line.endswith(b"\n"):
                length += self._pass_over(number)
                yield number, None
            else:
                yield number, line
            total += length
            if self._packed and total > max(EXPANSION_BYTES_MIN, EXPANSION_MAX * self.position):
                raise FeedError(f"{self.source} unfolds to more than {EXPANSION_MAX} times its size; that is no feed")
            line = self._read_line(number)
            number += 1

    def _pass_over(self, number: int) -> int:
        passed = 0
        while piece := self._read_line(number):
            passed += len(piece)
            if piece.endswith(b"\n"):
                break
            if passed > LINE_BYTES_ABSURD:
                raise FeedError(
                    f"line {number} of {self.source} has more than {LINE_BYTES_ABSURD} bytes; that is no feed"
                )
        return passed

    def _read_line(self, after: int) -> bytes:
        try:
            return self._stream.readline(LINE_BYTES_MAX + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise FeedError(f"{self.source} is damaged after line {after}: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self._stream.close()
        self._counted.close()

    def find_first(self) -> None:
        """Read up to the first line that is not blank, without the mark some systems put before a text."""
        for number in range(1, BLANK_LINES_MAX):
            line = self._read_line(number - 1)
            if number == 1:
                line = line.removeprefix(_BOM)
            self.first = number, line
            if line.strip() or not line:
                return
        raise FeedError(f"{self.source} begins with {BLANK_LINES_MAX} blank lines; that is no feed")


def open_feed(source: str, wanted: str | None) -> Feed:
    """Open a file, `.gz` too, or `-` for standard input; without a format it is guessed by the first line.

    Raises `FeedError` for what cannot be read or is no text of lines.
    """
    try:
        raw = io.FileIO(0, closefd=False) if source == "-" else io.FileIO(source)
        size = 0 if source == "-" else Path(source).stat().st_size
    except OSError as error:
        raise FeedError(f"{source} cannot be read: {error.strerror}") from error
    counted = _Counted(raw)
    stream: Any = io.BufferedReader(counted, 1 << 16)
    if packed := stream.peek(2)[:2] == _GZIP:
        stream = gzip.GzipFile(fileobj=stream)
    feed = Feed(source, "", size, (1, b""), stream, counted, packed)
    try:
        feed.find_first()
        feed.format = wanted or _guess(source, feed.first[1].lstrip())
    except FeedError:
        feed.close()
        raise
    return feed


def _guess(source: str, first: bytes) -> str:
    for magic, what in _OTHERS.items():
        if first.startswith(magic):
            raise FeedError(f"{source} is {what}")
    if not first.startswith(b"{"):
        return "csv"
    return "icecat" if b'"supplier"' in first else "jsonl"
