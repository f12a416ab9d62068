"""Money: integers in minor units of an ISO 4217 currency. No sum is ever rounded twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

DIGITS: Final = {
    "JPY": 0,
    "KRW": 0,
    "VND": 0,
    "CLP": 0,
    "ISK": 0,
    "BHD": 3,
    "KWD": 3,
    "OMR": 3,
    "TND": 3,
    "JOD": 3,
}
"""Minor digits of ISO 4217 where they are not 2."""

AMOUNT_MINOR_MAX: Final = 100_000_000_000
"""The largest price: a milliard of a currency with cents."""


def digits(currency: str) -> int:
    """How many minor digits a currency has."""
    return DIGITS.get(currency, 2)


def round_half_up(numerator: int, denominator: int) -> int:
    """`numerator / denominator` to the nearest integer, halves away from zero: the one rule, once a line."""
    if denominator <= 0:
        raise ValueError("the denominator must be positive")
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` in parts proportional to `weights`, by largest remainder: the parts sum to the amount.

    Equal remainders go to the earlier part. Weights are not negative, and not all zero unless the
    amount is.
    """
    total = sum(weights)
    if total == 0:
        if amount:
            raise ValueError("nothing to split by")
        return [0] * len(weights)
    sign, size = (-1, -amount) if amount < 0 else (1, amount)
    parts = [size * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % total), i))
    for index in order[: size - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]
