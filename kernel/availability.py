"""How an available quantity is told: by read models that show it and by commands that must know when it changes."""

from __future__ import annotations

from typing import Final

from kernel.shapes import Availability

LOW_STOCK_AT: Final = 5
"""Units at which a SKU without a mark of its own is told as low."""


def band(available: int, low_at: int | None, backorderable: bool) -> Availability:
    """How an available quantity is told; `low_at` is the SKU's own mark, None of one without."""
    if available <= 0:
        return "backorder" if backorderable else "out_of_stock"
    return "low_stock" if available <= low_mark(low_at) else "in_stock"


def low_mark(low_at: int | None) -> int:
    """The mark at which a SKU is told as low."""
    return LOW_STOCK_AT if low_at is None else low_at
