"""Rules of carts that take too many products to be shown through the shop."""

from __future__ import annotations

import pytest

from kernel.errors import Conflict, NotFound
from write_side.carts.rules import LINES_MAX, Change, Content, edit
from write_side.pricing.totals import Unpriced


def contents(count: int) -> list[Content]:
    lines = [Unpriced(f"SKU-{number}", "product", "Amplifier", 0, 100) for number in range(count)]
    return [Content(line.sku, None, line, 1) for line in lines]


def test_a_cart_has_so_many_lines_at_most() -> None:
    changes = {f"SKU-{number}": Change(1) for number in range(LINES_MAX + 1)}
    assert len(edit(contents(LINES_MAX), changes, "USD", NotFound).lines) == LINES_MAX
    with pytest.raises(Conflict, match="at most 200 lines"):
        edit(contents(LINES_MAX + 1), changes, "USD", NotFound)
