"""Newest first is one order, in the lists that are rendered ahead and in the search that goes on behind them."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from read_side.search.fields import newest_key

DAYS = st.integers(0, 32_767)
IDS = st.tuples(st.integers(1_600_000_000_000, 2_600_000_000_000), st.integers(0, 511), st.integers(0, 2**62 - 1))


def product_id(parts: tuple[int, int, int]) -> str:
    """A UUIDv7 of its milliseconds, the upper bits that follow, and the rest."""
    milliseconds, upper, rest = parts
    return str(UUID(int=milliseconds << 80 | 0x7 << 76 | upper << 67 | 0b10 << 62 | rest))


@given(DAYS, IDS, DAYS, IDS)
def test_the_key_orders_as_day_and_id_do(
    day: int, parts: tuple[int, int, int], other_day: int, other_parts: tuple[int, int, int]
) -> None:
    ours, theirs = (day, product_id(parts)), (other_day, product_id(other_parts))
    key, other_key = newest_key(*ours), newest_key(*theirs)
    assert -(2**63) < key < 2**63
    if (day, parts[:2]) != (other_day, other_parts[:2]):
        assert (key > other_key) == (ours > theirs)
