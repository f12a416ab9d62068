"""Rules of stock, without I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kernel.availability import band, low_mark
from kernel.errors import OutOfStock

MAIN_LOCATION: Final = "main"
"""The location that sells."""

BUCKETS_MAX: Final = 64


@dataclass(frozen=True)
class Level:
    """A locked stock row of a SKU: what is there and what of it is available."""

    bucket: int
    on_hand: int
    available: int


@dataclass(frozen=True)
class Change:
    """What was available of a SKU before a command, and how many units more it is now.

    `whole` says that `before` counts every stock row of the SKU; otherwise it is one row, or one location, of several.
    """

    sku: str
    before: int
    gained: int
    whole: bool
    low_at: int | None


def quantities(wanted: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Units by SKU, SKUs sorted; a SKU named twice is wanted as often as both say."""
    found: dict[str, int] = {}
    for sku, quantity in wanted:
        found[sku] = found.get(sku, 0) + quantity
    return dict(sorted(found.items()))


def may_be_told_differently(change: Change) -> bool:
    """Whether a change may move its SKU into another band of availability.

    Of a part of the SKU nothing is known about the rest, which others may be changing at this moment. But where the
    whole is at its low mark or below on one side of the change, every part of it is too.
    """
    after = change.before + change.gained
    if change.whole:
        return band(change.before, change.low_at, False) != band(after, change.low_at, False)
    return min(change.before, after) <= low_mark(change.low_at)


def to_tell(changes: Iterable[Change]) -> list[str]:
    """The SKUs that may be told differently, sorted."""
    return sorted({change.sku for change in changes if may_be_told_differently(change)})


def split(sku: str, levels: Sequence[Level], quantity: int) -> list[tuple[int, int]]:
    """(bucket, quantity) that `quantity` units are taken as: from one row where one has enough, else from the fullest.

    Raises `OutOfStock` with what is available over all rows.
    """
    available = sum(level.available for level in levels)
    if available < quantity:
        raise OutOfStock(f"only {available} of {sku} are available", sku=sku, available=available)
    enough = [level for level in levels if level.available >= quantity]
    if enough:
        return [(enough[0].bucket, quantity)]
    parts, left = [], quantity
    for level in sorted(levels, key=lambda level: (-level.available, level.bucket)):
        if taken := min(left, level.available):
            parts.append((level.bucket, taken))
            left -= taken
    return parts


def spread(sku: str, levels: Sequence[Level], delta: int, buckets: int) -> list[tuple[int, int]]:
    """(bucket, change) for a change of stock on hand over a SKU's rows at a location.

    Stock comes evenly into the first `buckets` rows; it is taken from rows in order, each as far as it is available.
    Raises `OutOfStock` when less is available than is taken; nothing is changed in part.
    """
    if delta >= 0:
        rows = sorted((level for level in levels if level.bucket < buckets), key=lambda level: level.available)
        each, rest = divmod(delta, len(rows))
        return [(row.bucket, each + (n < rest)) for n, row in enumerate(rows) if each + (n < rest)]
    available = sum(level.available for level in levels)
    if available < -delta:
        raise OutOfStock(f"only {available} of {sku} are available", sku=sku, available=available)
    changes, left = [], -delta
    for level in levels:
        if taken := min(left, level.available):
            changes.append((level.bucket, -taken))
            left -= taken
    return changes


def even_out(levels: Sequence[Level], buckets: int) -> list[tuple[int, int]]:
    """(bucket, change) after which what is available stands evenly in the first `buckets` rows.

    What is reserved or allocated stays in its row until it is over, so that holds and allocations stay true.
    """
    each, rest = divmod(sum(level.available for level in levels), buckets)
    targets = {bucket: each + (bucket < rest) for bucket in range(buckets)}
    changes = ((level.bucket, targets.get(level.bucket, 0) - level.available) for level in levels)
    return [(bucket, delta) for bucket, delta in changes if delta]
