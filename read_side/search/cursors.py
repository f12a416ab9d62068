"""Cursors: where the next page of a result set begins, signed, so that none is made up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from dataclasses import dataclass
from typing import Final

from kernel.errors import CursorTooDeep, ValidationFailed

REACH: Final = 5000
"""Hits a cursor reaches at most: nobody reads further, and each page costs more than the one before."""

_PACKED: Final = struct.Struct(">q I 8s")


@dataclass(frozen=True)
class Position:
    """How many hits came before, and the sort key of the last of them (0 where hits are counted)."""

    seen: int
    key: int


class Cursors:
    """Signs and reads cursors; one belongs to the search it came with."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"cursor" + secret.encode()).digest()

    def sign(self, position: Position, search: str) -> str:
        """The cursor of a position within one search."""
        packed = _PACKED.pack(position.key, position.seen, _digest(search))
        return base64.urlsafe_b64encode(self._mac(packed) + packed).rstrip(b"=").decode()

    def read(self, cursor: str, search: str) -> Position:
        """The position. Raises `ValidationFailed` for a cursor of another search, `CursorTooDeep`."""
        try:
            raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
            mac, packed = raw[:12], raw[12:]
            key, seen, digest = _PACKED.unpack(packed)
        except (ValueError, struct.error) as error:
            raise ValidationFailed.of("cursor", "is not a cursor") from error
        if not hmac.compare_digest(mac, self._mac(packed)) or digest != _digest(search):
            raise ValidationFailed.of("cursor", "belongs to another search")
        if seen >= REACH:
            raise CursorTooDeep
        return Position(seen, key)

    def _mac(self, packed: bytes) -> bytes:
        return hmac.digest(self._key, packed, "sha256")[:12]


def _digest(search: str) -> bytes:
    return hashlib.sha256(search.encode()).digest()[:8]
