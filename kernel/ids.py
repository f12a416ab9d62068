"""Identifiers: UUIDv7 for rows and commands, slugs for addresses."""

from __future__ import annotations

import os
import re
import time
import unicodedata
import uuid

SLUG_MAX = 180
"""Leaves room for a `-{id}` suffix within the column's 200 characters."""

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_SPELLED_OUT = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "œ": "oe", "þ": "th", "+": " plus "})


def uuid7() -> uuid.UUID:
    """A new UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return uuid.UUID(int=value)


def slugify(text: str, fallback: str = "item") -> str:
    """The address part for a text: lower-case ASCII letters, digits and single hyphens.

    Never empty: a text without any letter or digit gives `fallback`.
    """
    spelled = text.lower().translate(_SPELLED_OUT)
    ascii_text = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    slug = _NOT_SLUG.sub("-", ascii_text).strip("-")[:SLUG_MAX].strip("-")
    return slug or fallback
