"""The Consistency-Token: the session's last commands, signed, good for a minute.

A command answers with the token it was sent, and its own id added; a read that carries a token sees those
commands. A token that is forged, damaged or old is as good as none.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
from collections.abc import Sequence
from typing import Final
from uuid import UUID

HEADER: Final = "Consistency-Token"
COMMANDS_MAX: Final = 8
LIFE_SECONDS: Final = 60
_ENTRY: Final = struct.Struct(">I16s")


class ConsistencyTokens:
    """Signs and reads tokens with one secret."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"consistency" + secret.encode()).digest()

    def parse(self, token: str | None) -> list[UUID]:
        """The commands of a token that are younger than a minute, oldest first."""
        now = int(time.time())
        return [command_id for at, command_id in self._entries(token) if now - at <= LIFE_SECONDS]

    def merge(self, token: str | None, command_id: UUID | None) -> str:
        """`token` with one more command, the oldest dropped beyond eight; with none more for None."""
        now = int(time.time())
        kept = [(at, known) for at, known in self._entries(token) if now - at <= LIFE_SECONDS and known != command_id]
        added = [] if command_id is None else [(now, command_id)]
        return self._sign([*kept, *added][-COMMANDS_MAX:])

    def _sign(self, entries: Sequence[tuple[int, UUID]]) -> str:
        packed = b"".join(_ENTRY.pack(at, command_id.bytes) for at, command_id in entries)
        return base64.urlsafe_b64encode(self._mac(packed) + packed).rstrip(b"=").decode()

    def _entries(self, token: str | None) -> list[tuple[int, UUID]]:
        if not token or len(token) > 400:
            return []
        try:
            raw = base64.urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
        except (ValueError, UnicodeEncodeError):
            return []
        mac, packed = raw[:16], raw[16:]
        if len(packed) % _ENTRY.size or not hmac.compare_digest(mac, self._mac(packed)):
            return []
        return [(at, UUID(bytes=value)) for at, value in _ENTRY.iter_unpack(packed)]

    def _mac(self, packed: bytes) -> bytes:
        return hmac.new(self._key, packed, hashlib.sha256).digest()[:16]
