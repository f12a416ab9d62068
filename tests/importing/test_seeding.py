"""A made-up shop takes no more memory for having more products."""

from __future__ import annotations

import tracemalloc

from ops.seeding.products import products

BYTES_MAX = 100_000
"""One product takes a few thousand; a list of a thousand, 1.7 million."""


def test_products_are_made_one_by_one() -> None:
    tracemalloc.start()
    try:
        count = sum(1 for _ in products(10_000))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 10_000
    assert peak < BYTES_MAX
