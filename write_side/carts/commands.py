"""What a shopper may ask of a cart."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct, field

from write_side.catalog.commands import Price, Sku

QUANTITY_ASKED_MAX: Final = 1_000_000_000
"""What may be asked for: more than is there is out of stock, not a fault of form."""

LINES_ASKED_MAX: Final = 100


class WantedLine(Struct, frozen=True, forbid_unknown_fields=True):
    """Units of a SKU to put into a cart, beside those that are in it."""

    sku: Sku
    quantity: Annotated[int, Meta(ge=1, le=QUANTITY_ASKED_MAX)]


class CreateCart(Struct, frozen=True, forbid_unknown_fields=True):
    """A cart, with what is in it from the start."""

    lines: Annotated[list[WantedLine], Meta(max_length=LINES_ASKED_MAX)] = field(default_factory=list)


class AddLines(Struct, frozen=True, forbid_unknown_fields=True):
    """Lines to add at once: all of them or none."""

    lines: Annotated[list[WantedLine], Meta(min_length=1, max_length=LINES_ASKED_MAX)]


class PutLine(Struct, frozen=True, forbid_unknown_fields=True):
    """How many units of a SKU a cart is to hold, 0 for none; `seen_price` is the unit price the shopper was shown."""

    quantity: Annotated[int, Meta(ge=0, le=QUANTITY_ASKED_MAX)]
    seen_price: Price | None = None
