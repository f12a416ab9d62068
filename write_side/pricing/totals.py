"""What a cart or an order costs, without I/O.

Prices are net. Tax is rounded once a line, and shipping is taxed as a line of its own: every total is a sum of
amounts that stand on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kernel.money import round_half_up

PPM: Final = 1_000_000
"""Rates are millionths: 19 % is 190,000."""


@dataclass(frozen=True, slots=True)
class Unpriced:
    """Units of a SKU at its price; amounts in minor units."""

    sku: str
    product_id: UUID
    title: str
    quantity: int
    unit_minor: int


@dataclass(frozen=True, slots=True)
class PricedLine:
    """Units of a SKU with what they cost and the tax on them."""

    sku: str
    product_id: UUID
    title: str
    quantity: int
    unit_minor: int
    line_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Priced lines and their sums: `total = subtotal - discount + shipping + tax`, `tax` with the tax on shipping."""

    lines: tuple[PricedLine, ...]
    subtotal_minor: int
    discount_minor: int
    shipping_minor: int
    shipping_tax_minor: int
    tax_minor: int
    total_minor: int
    tax_rate_ppm: int


def price(lines: Sequence[Unpriced], tax_rate_ppm: int, shipping_minor: int = 0) -> Totals:
    """Price lines at a tax rate in millionths. The order of the lines changes no sum."""
    priced = tuple(_priced(line, tax_rate_ppm) for line in lines)
    subtotal = sum(line.line_minor for line in priced)
    shipping_tax = round_half_up(shipping_minor * tax_rate_ppm, PPM)
    tax = sum(line.tax_minor for line in priced) + shipping_tax
    return Totals(
        lines=priced,
        subtotal_minor=subtotal,
        discount_minor=0,
        shipping_minor=shipping_minor,
        shipping_tax_minor=shipping_tax,
        tax_minor=tax,
        total_minor=subtotal + shipping_minor + tax,
        tax_rate_ppm=tax_rate_ppm,
    )


def _priced(line: Unpriced, tax_rate_ppm: int) -> PricedLine:
    total = line.unit_minor * line.quantity
    tax = round_half_up(total * tax_rate_ppm, PPM)
    return PricedLine(line.sku, line.product_id, line.title, line.quantity, line.unit_minor, total, tax)
