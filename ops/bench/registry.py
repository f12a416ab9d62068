"""The rows in the order of CONTRACT's table. A new row is a module below `rows/` and its name here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ops.bench.row import Row
from ops.bench.rows import (
    buyers,
    cart,
    edge_hit,
    held,
    hot_sku,
    idle_cpu,
    import_,
    listing,
    memory,
    order,
    price_to_bucket,
    price_to_edge,
    product,
    search,
)

ROWS: Final[tuple[Row, ...]] = tuple(
    module.ROW
    for module in (
        edge_hit,
        search,
        listing,
        product,
        cart,
        order,
        buyers,
        hot_sku,
        held,
        price_to_bucket,
        price_to_edge,
        import_,
        memory,
        idle_cpu,
    )
)


def chosen(names: Sequence[str]) -> list[Row]:
    """The rows of these names, all without any. ValueError names those that do not exist."""
    known = {row.name: row for row in ROWS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"no row {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names] if names else list(ROWS)
