"""Rules of carts, without I/O: what an edit makes of the lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kernel.errors import Conflict, OutOfStock, ShopError, ValidationFailed
from kernel.shapes import Money, Notice
from write_side.pricing.totals import Unpriced

QUANTITY_MAX: Final = 1000
"""Units of one SKU in a cart."""

LINES_MAX: Final = 200
"""SKUs in a cart: whoever wants more makes a second order."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is asked of one SKU: a number of units, in place of those in the cart or `adds` beside them."""

    quantity: int
    adds: bool = False
    seen: Money | None = None
    """The unit price that the shopper was shown."""


@dataclass(frozen=True, slots=True)
class Content:
    """A SKU that is in a cart or wanted in it: as stored (None: not in it), and as sold now (None: not sold).

    `sold` has the stored quantity; `available` is known of SKUs that are wanted.
    """

    sku: str
    stored: Unpriced | None
    sold: Unpriced | None
    available: int | None


@dataclass(frozen=True, slots=True)
class Edited:
    """The lines as they are to be, in their order, and what the shopper is told."""

    lines: list[Unpriced]
    notices: list[Notice]


def edit(
    contents: Sequence[Content], changes: Mapping[str, Change], currency: str, unknown: Callable[[str], ShopError]
) -> Edited:
    """Carry changes out on a cart's contents, all or none; what else is in it gets the prices and titles of now.

    A line whose SKU is no longer sold stays as it was stored until the shopper takes it out; checkout refuses it.
    Raises `OutOfStock`, `ValidationFailed` for too many units, `Conflict` for too many lines, and what `unknown`
    makes of a SKU that is not sold.
    """
    lines: list[Unpriced] = []
    notices: list[Notice] = []
    for content in contents:
        change = changes.get(content.sku)
        quantity = _quantity(content, change)
        if quantity == 0:
            continue
        if change is not None:
            _require_sellable(content, quantity, unknown)
        line = content.sold or content.stored
        assert line is not None, "what is neither stored nor sold was refused"
        lines.append(Unpriced(line.sku, line.product_id, line.title, quantity, line.unit_minor))
        if notice := _notice(content, change, currency):
            notices.append(notice)
    if len(lines) > LINES_MAX:
        raise Conflict(f"a cart holds at most {LINES_MAX} lines")
    return Edited(lines, notices)


def _quantity(content: Content, change: Change | None) -> int:
    held = content.stored.quantity if content.stored else 0
    if change is None:
        return held
    return held + change.quantity if change.adds else change.quantity


def _require_sellable(content: Content, quantity: int, unknown: Callable[[str], ShopError]) -> None:
    sku, available = content.sku, content.available or 0
    if content.sold is None and content.stored is None:
        raise unknown(sku)
    if content.sold is None:
        raise OutOfStock(f"{sku} is no longer sold", sku=sku, available=0)
    if quantity > available:
        raise OutOfStock(f"only {available} of {sku} are available", sku=sku, available=max(0, available))
    if quantity > QUANTITY_MAX:
        raise ValidationFailed.of("quantity", f"a cart holds at most {QUANTITY_MAX} of a SKU")


def _notice(content: Content, change: Change | None, currency: str) -> Notice | None:
    """What is true now and was not when the shopper looked: at the price they name, else at the one that was stored."""
    if content.sold is None:
        return Notice("no_longer_sold", content.sku)
    now = Money(content.sold.unit_minor, currency)
    seen = change.seen if change else None
    if seen is None:
        seen = Money(content.stored.unit_minor, currency) if content.stored else now
    return None if seen == now else Notice("price_changed", content.sku, seen, now)
