"""Arithmetic of measurements, without any I/O."""

from __future__ import annotations

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of the values do not exceed (nearest rank); NaN of none."""
    if not values:
        return math.nan
    ordered = sorted(values)
    rank = math.ceil(percent / 100 * len(ordered))
    return ordered[max(rank, 1) - 1]


def per_unit_ms(cpu_seconds: float, units: int) -> float:
    """CPU milliseconds per unit of work; NaN where nothing was done."""
    return cpu_seconds * 1000 / units if units else math.nan
