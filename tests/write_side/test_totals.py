"""What a cart costs: sums that add up to the unit, whatever is in it."""

from __future__ import annotations

import random
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kernel.money import AMOUNT_MINOR_MAX
from write_side.pricing.totals import PPM, Totals, Unpriced, price

PRODUCT = UUID(int=7)
RATES = st.integers(0, PPM)
SHIPPING = st.integers(0, AMOUNT_MINOR_MAX)
CARTS_TRIED = 100_000


def unpriced(number: int, quantity: int, unit_minor: int) -> Unpriced:
    return Unpriced(f"SKU-{number}", PRODUCT, "A thing", quantity, unit_minor)


LINES = st.lists(st.tuples(st.integers(1, 1000), st.integers(0, AMOUNT_MINOR_MAX)), max_size=20).map(
    lambda entries: [unpriced(number, quantity, unit) for number, (quantity, unit) in enumerate(entries)]
)


def adds_up(totals: Totals) -> bool:
    """Whether lines, tax and shipping make the total, and paying each back gives back all of it."""
    lines = sum(line.line_minor for line in totals.lines)
    paid_back = sum(line.line_minor + line.tax_minor for line in totals.lines)
    return (
        lines == totals.subtotal_minor
        and totals.total_minor == lines - totals.discount_minor + totals.shipping_minor + totals.tax_minor
        and totals.total_minor == paid_back + totals.shipping_minor + totals.shipping_tax_minor - totals.discount_minor
    )


@given(LINES, RATES, SHIPPING)
def test_sums_add_up_and_nothing_is_negative(lines: list[Unpriced], rate: int, shipping: int) -> None:
    totals = price(lines, rate, shipping)
    assert adds_up(totals)
    amounts = [totals.subtotal_minor, totals.discount_minor, totals.shipping_minor, totals.shipping_tax_minor]
    assert min([*amounts, totals.tax_minor, totals.total_minor, *(line.tax_minor for line in totals.lines)]) >= 0


@given(LINES, RATES, SHIPPING, st.randoms())
def test_the_order_of_lines_does_not_matter(
    lines: list[Unpriced], rate: int, shipping: int, chance: random.Random
) -> None:
    one, other = price(lines, rate, shipping), price(chance.sample(lines, len(lines)), rate, shipping)
    assert set(one.lines) == set(other.lines)
    assert (one.subtotal_minor, one.tax_minor, one.total_minor) == (
        other.subtotal_minor,
        other.tax_minor,
        other.total_minor,
    )


@given(LINES, RATES, SHIPPING)
def test_tax_is_rounded_once_a_line(lines: list[Unpriced], rate: int, shipping: int) -> None:
    totals = price(lines, rate, shipping)
    taxed = [(line.line_minor, line.tax_minor) for line in totals.lines]
    for net, tax in [*taxed, (shipping, totals.shipping_tax_minor)]:
        assert abs(Fraction(net * rate, PPM) - tax) <= Fraction(1, 2)
    for line in totals.lines:
        assert line.line_minor == line.unit_minor * line.quantity


def test_halves_are_rounded_up() -> None:
    totals = price([unpriced(1, 1, 50), unpriced(2, 1, 50)], 10_000, 150)
    assert [line.tax_minor for line in totals.lines] == [1, 1]
    assert (totals.shipping_tax_minor, totals.tax_minor, totals.total_minor) == (2, 4, 254)


def test_nothing_costs_nothing() -> None:
    assert price([], 190_000).total_minor == 0


def test_a_great_many_carts_add_up(scale: int) -> None:
    chance = random.Random(20260101)
    for _ in range(CARTS_TRIED * scale):
        lines = [
            unpriced(number, chance.randrange(1, 10), chance.randrange(500_000))
            for number in range(chance.randrange(1, 5))
        ]
        assert adds_up(price(lines, chance.randrange(300_000), chance.randrange(5_000)))
