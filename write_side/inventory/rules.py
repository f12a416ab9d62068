"""Rules of stock, without I/O."""

from __future__ import annotations

from collections.abc import Sequence

from kernel.errors import OutOfStock


def spread(sku: str, levels: Sequence[tuple[int, int]], delta: int) -> list[tuple[int, int]]:
    """(bucket, change) for a change of stock on hand over the (bucket, available) levels of a SKU at a place.

    Stock comes into the first bucket; it is taken from buckets in order, each as far as it is available.
    Raises `OutOfStock` when less is available than is taken; nothing is changed in part.
    """
    if delta >= 0:
        return [(levels[0][0] if levels else 0, delta)]
    available = sum(free for _, free in levels)
    if available < -delta:
        raise OutOfStock(f"only {available} of {sku} are available", sku=sku, available=available)
    left = -delta
    changes = []
    for bucket, free in levels:
        taken = min(left, max(0, free))
        if taken:
            changes.append((bucket, -taken))
            left -= taken
    return changes
