"""Money: exact sums, one rounding rule."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import digits, round_half_up, split

AMOUNTS = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=30).filter(lambda weights: sum(weights) > 0)


@given(AMOUNTS, WEIGHTS)
def test_the_parts_sum_to_the_whole(amount: int, weights: list[int]) -> None:
    parts = split(amount, weights)
    assert sum(parts) == amount
    assert len(parts) == len(weights)


@given(AMOUNTS, WEIGHTS)
def test_no_part_is_a_unit_off_its_share(amount: int, weights: list[int]) -> None:
    total = sum(weights)
    for part, weight in zip(split(amount, weights), weights, strict=True):
        assert abs(part - Fraction(amount * weight, total)) < 1
        assert weight or part == 0


def test_equal_remainders_go_to_the_earlier_part() -> None:
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(-100, [1, 1, 1]) == [-34, -33, -33]


def test_nothing_splits_into_nothing_only() -> None:
    assert split(0, [0, 0]) == [0, 0]
    with pytest.raises(ValueError, match="nothing to split by"):
        split(1, [0, 0])


@given(AMOUNTS, st.integers(1, 10**6))
def test_rounding_is_to_the_nearest(numerator: int, denominator: int) -> None:
    rounded = round_half_up(numerator, denominator)
    assert abs(rounded - Fraction(numerator, denominator)) <= Fraction(1, 2)
    assert round_half_up(-numerator, denominator) == -rounded


def test_halves_go_away_from_zero() -> None:
    assert [round_half_up(value, 2) for value in (-3, -1, 1, 3)] == [-2, -1, 1, 2]


def test_currencies_have_their_digits() -> None:
    assert [digits(currency) for currency in ("USD", "JPY", "KWD")] == [2, 0, 3]
