"""Rules of stock: what is split, spread or told adds up, whatever the rows hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.availability import LOW_STOCK_AT, band
from kernel.errors import OutOfStock
from write_side.inventory.rules import BUCKETS_MAX, Change, Level, even_out, may_be_told_differently, split, spread

AVAILABLE = st.lists(st.integers(0, 40), min_size=1, max_size=BUCKETS_MAX)
LOW_AT = st.none() | st.integers(0, 30)


def levels(available: list[int]) -> list[Level]:
    return [Level(bucket, free + 3, free) for bucket, free in enumerate(available)]


@given(AVAILABLE, st.integers(1, 2000))
def test_a_quantity_is_split_exactly_or_refused_with_what_there_is(available: list[int], quantity: int) -> None:
    if sum(available) < quantity:
        with pytest.raises(OutOfStock) as refused:
            split("S", levels(available), quantity)
        assert refused.value.data == {"sku": "S", "available": sum(available)}
        return
    parts = split("S", levels(available), quantity)
    assert sum(taken for _, taken in parts) == quantity
    assert all(0 < taken <= available[bucket] for bucket, taken in parts)
    assert len({bucket for bucket, _ in parts}) == len(parts)
    assert (len(parts) == 1) == any(free >= quantity for free in available)


def test_nothing_is_available_of_a_sku_without_rows() -> None:
    with pytest.raises(OutOfStock) as refused:
        split("S", [], 1)
    assert refused.value.data["available"] == 0


@given(AVAILABLE, st.integers(0, 10_000), st.data())
def test_stock_comes_evenly_into_the_first_rows(available: list[int], delta: int, data: st.DataObject) -> None:
    buckets = data.draw(st.integers(1, len(available)))
    changes = spread("S", levels(available), delta, buckets)
    assert sum(change for _, change in changes) == delta
    assert all(bucket < buckets and change > 0 for bucket, change in changes)
    gained = [dict(changes).get(bucket, 0) for bucket in range(buckets)]
    assert max(gained) - min(gained) <= 1


@given(AVAILABLE, st.integers(1, 3000))
def test_stock_is_taken_as_far_as_it_is_available(available: list[int], taken: int) -> None:
    if sum(available) < taken:
        with pytest.raises(OutOfStock) as refused:
            spread("S", levels(available), -taken, 1)
        assert refused.value.data["available"] == sum(available)
        return
    changes = dict(spread("S", levels(available), -taken, 1))
    assert sum(changes.values()) == -taken
    assert all(0 < -change <= available[bucket] for bucket, change in changes.items())


@given(AVAILABLE, st.integers(1, BUCKETS_MAX))
def test_evening_out_moves_what_is_available_and_nothing_else(available: list[int], buckets: int) -> None:
    rows = levels(available + [0] * (buckets - len(available)))
    changes = dict(even_out(rows, buckets))
    after = [row.available + changes.get(row.bucket, 0) for row in rows]
    assert sum(after) == sum(available)
    assert max(after[:buckets]) - min(after[:buckets]) <= 1
    assert not any(after[buckets:])
    assert even_out([Level(row.bucket, 0, free) for row, free in zip(rows, after, strict=True)], buckets) == []


@given(AVAILABLE, st.data(), LOW_AT)
def test_no_band_changes_without_being_told(available: list[int], data: st.DataObject, low_at: int | None) -> None:
    """Whoever changes one row sees the row alone; what the whole is told as may not change behind its back."""
    bucket = data.draw(st.integers(0, len(available) - 1))
    gained = data.draw(st.integers(-available[bucket], 40))
    before, after = sum(available), sum(available) + gained
    alone = len(available) == 1
    told = may_be_told_differently(Change("S", available[bucket], gained, alone, low_at))
    changed = band(before, low_at, False) != band(after, low_at, False)
    assert told or not changed
    assert changed or not (told and alone)


@given(AVAILABLE, st.data(), LOW_AT)
def test_no_band_changes_without_being_told_by_one_of_several_rows(
    available: list[int], data: st.DataObject, low_at: int | None
) -> None:
    gains = [data.draw(st.integers(-free, 20)) for free in available]
    changed = band(sum(available), low_at, False) != band(sum(available) + sum(gains), low_at, False)
    rows = zip(available, gains, strict=True)
    alone = len(available) == 1
    told = [may_be_told_differently(Change("S", free, gain, alone, low_at)) for free, gain in rows if gain]
    assert any(told) or not changed


@pytest.mark.parametrize(
    ("available", "low_at", "backorderable", "told"),
    [
        (0, None, False, "out_of_stock"),
        (0, None, True, "backorder"),
        (1, None, True, "low_stock"),
        (LOW_STOCK_AT, None, False, "low_stock"),
        (LOW_STOCK_AT + 1, None, False, "in_stock"),
        (LOW_STOCK_AT + 1, LOW_STOCK_AT + 1, False, "low_stock"),
        (1, 0, False, "in_stock"),
    ],
)
def test_bands(available: int, low_at: int | None, backorderable: bool, told: str) -> None:
    assert band(available, low_at, backorderable) == told
