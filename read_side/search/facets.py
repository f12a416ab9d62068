"""Counting what a result set holds: brands, categories, prices and attributes, each count exact."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from read_side.search.columns import Columns, Ints, Slots
from read_side.search.fields import KEY_BITS, SEPARATOR

VALUES: Final = 50
ATTRIBUTES: Final = 10
PRICE_STEPS: Final = (1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000)
NONE: Final[dict[str, Any]] = {"brand": [], "category": [], "price": [], "attributes": {}}


def facets(columns: Columns, slots: Slots) -> dict[str, Any]:
    """The most frequent 50 brands and categories, price ranges, and the 10 most frequent attributes with 50 values each."""
    if not len(slots):
        return NONE
    return {
        "brand": [
            {"value": text, "count": count} for text, count in _terms(columns.brand[slots], columns.brands.texts)
        ],
        "category": [
            _category(text, count) for text, count in _terms(columns.category[slots], columns.categories.texts)
        ],
        "price": _prices(columns.by_price[slots] >> KEY_BITS),
        "attributes": _attributes(columns, slots),
    }


def _terms(codes: Ints, texts: list[str]) -> list[tuple[str, int]]:
    counts = np.bincount(codes)
    return [(texts[code], int(counts[code])) for code in _largest(counts, texts)]


def _largest(counts: Ints, texts: list[str], most: int = VALUES) -> list[int]:
    """The numbers of the highest counts, equal ones by text."""
    found = np.flatnonzero(counts)
    if len(found) > most:
        least = np.partition(counts[found], len(found) - most)[len(found) - most]
        found = found[counts[found] >= least]
    return sorted(found.tolist(), key=lambda code: (-counts[code], texts[code]))[:most]


def _category(text: str, count: int) -> dict[str, Any]:
    label, _, path = text.partition(SEPARATOR)
    return {"value": label, "path": path, "count": count}


def _prices(prices: Ints) -> list[dict[str, int | None]]:
    counts = np.bincount(np.searchsorted(PRICE_STEPS, prices, side="right"), minlength=len(PRICE_STEPS) + 1).tolist()
    ranges = zip((None, *PRICE_STEPS), (*PRICE_STEPS, None), counts, strict=True)
    return [{"from": low, "to": high, "count": count} for low, high, count in ranges if count]


def _attributes(columns: Columns, slots: Slots) -> dict[str, list[dict[str, Any]]]:
    known = columns.known_choices
    name_of = known.name_of
    counts = np.bincount(columns.choices_of(slots), minlength=len(name_of))
    by_name = np.bincount(name_of, weights=counts[: len(name_of)]).astype(np.int64)
    chosen = _largest(by_name, known.names.texts, ATTRIBUTES)
    is_chosen = np.zeros(len(by_name), np.bool_)
    is_chosen[chosen] = True
    found = np.flatnonzero(counts)
    found = found[is_chosen[name_of[found]]]
    found = found[np.lexsort((-counts[found], name_of[found]))]
    names = name_of[found]
    ends = {name: np.searchsorted(names, (name, name + 1)) for name in chosen}
    return {
        known.names.texts[name]: _values(known.texts, found[first : min(end, first + VALUES)], counts)
        for name, (first, end) in ends.items()
    }


def _values(texts: list[str], codes: Ints, counts: Ints) -> list[dict[str, Any]]:
    by_count = sorted(zip((-counts[codes]).tolist(), map(texts.__getitem__, codes.tolist()), strict=True))
    return [{"value": text, "count": -negative} for negative, text in by_count]
