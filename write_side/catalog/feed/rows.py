"""A row of a feed, whatever format it came in, and what is wrong with one that is rejected."""

from __future__ import annotations

import hashlib
from datetime import date

import msgspec
from msgspec import Struct, field


class FeedImage(Struct, frozen=True):
    """A picture of ours."""

    url: str
    alt: str
    width: int
    height: int


class FeedVariant(Struct, frozen=True):
    """A SKU with its price in minor units; without a quantity its opening stock is derived from the SKU."""

    sku: str
    title: str
    price: int
    compare_at_price: int | None = None
    quantity: int | None = None
    eans: list[str] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)


class FeedProduct(Struct, frozen=True):
    """A product as a feed describes it, cleaned."""

    feed_id: str
    title: str
    brand: str
    category: str
    released_on: date
    variants: list[FeedVariant]
    description: str = ""
    attributes: dict[str, str | float | bool] = field(default_factory=dict)
    images: list[FeedImage] = field(default_factory=list)
    rating: float | None = None

    def digest(self) -> bytes:
        """SHA-256 of the row: an equal one changes nothing."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).digest()


class RowError(Exception):
    """A row that cannot be taken in."""

    def __init__(self, reason: str, name: str = "") -> None:
        super().__init__(reason)
        self.reason, self.name = reason, name


class Reject(Struct, frozen=True):
    """A line of the rejects file."""

    line: int
    id: str | None
    field: str
    reason: str
