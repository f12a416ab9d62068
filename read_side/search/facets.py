"""Counting what a result set holds: brands, categories, prices and attributes, each count exact.

The counts are written as JSON at once, of pieces kept with each value: an answer has hundreds of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import msgspec
import numpy as np
from msgspec import Raw

from read_side.search.arrays import CHOICES_A_ROW, NO_CHOICE, ROW_BITS, Choices, Ints, Names, Slots, above_zero, spans
from read_side.search.columns import PRICE_STEPS, Columns

VALUES: Final = 50
ATTRIBUTES: Final = 10
EVERY: Final = 1_000_000
MANY: Final = 512
"""Products of a set from which on it is tried to count it by the most frequent attributes alone."""

_BANDS: Final = [
    f'{{"from":{low or "null"},"to":{high or "null"},"count":'
    for low, high in zip((None, *PRICE_STEPS), (*PRICE_STEPS, None), strict=True)
]

_WRITTEN: Final = 10_000
_TAILS: Final = [f"{count}}}" for count in range(_WRITTEN)]
"""How each count ends in JSON: an answer has two hundred of them, and most of these are small."""

_PLACE_BITS: Final = 24
_PLACES: Final = 2**_PLACE_BITS - 1
_COUNT_END: Final = 2**23
_RANK_SHIFT: Final = 47
"""What is ordered is one number each, its parts in the order of their weight: sorting numbers is the fastest there is."""

NONE: Final = Raw(b'{"brand":[],"category":[],"price":[],"attributes":{}}')


def facets(columns: Columns, slots: Slots, values: int = VALUES, attributes: int = ATTRIBUTES) -> Raw:
    """The most frequent brands and categories, price ranges, and the most frequent attributes with their values, as JSON."""
    if not len(slots):
        return NONE
    bands = np.bincount(columns.price_band.take(slots))
    filled = above_zero(bands)
    text = (
        f'{{"brand":[{_terms(columns.brand.take(slots), columns.brands, values)}],'
        f'"category":[{_terms(columns.category.take(slots), columns.categories, values)}],'
        f'"price":[{_joined(_BANDS, filled, bands[filled])}],'
        f'"attributes":{{{_attributes(columns, slots, values, attributes)}}}}}'
    )
    return Raw(text.encode())


def _joined(heads: Sequence[str], codes: Ints, counts: Ints) -> str:
    pairs = zip(codes.tolist(), counts.tolist(), strict=True)
    return ",".join([heads[code] + (_TAILS[count] if count < _WRITTEN else f"{count}}}") for code, count in pairs])


def _terms(codes: Ints, names: Names, most: int) -> str:
    return _joined(names.heads, *_largest(np.bincount(codes), names, most))


def _largest(counts: Ints, names: Names, most: int) -> tuple[Ints, Ints]:
    """Numbers of the highest counts and these, equal ones by text."""
    alphabet, found = names.alphabet, above_zero(counts)
    keys = alphabet.places.take(found) - (counts.take(found) << _PLACE_BITS)
    keys.sort()
    keys = keys[:most]
    return alphabet.numbers.take(keys & _PLACES), -(keys >> _PLACE_BITS)


def _attributes(columns: Columns, slots: Slots, most: int, attributes: int) -> str:
    """Two passes: which attributes are the most frequent, then the values of these alone."""
    counted = _of_frequent(columns, slots, attributes) if len(slots) >= MANY else None
    return _written(columns.known_choices, *(counted or _of_all(columns, slots, attributes)), most)


Counted = tuple[Sequence[int], Ints, Ints]
"""The most frequent attributes, and the values of these with their counts."""


def _of_frequent(columns: Columns, slots: Slots, attributes: int) -> Counted | None:
    """The attributes, if all of them are more frequent than any that is not laid out."""
    frequent, known = columns.frequent, columns.known_choices
    by_name = np.zeros(len(known.names), np.int64)
    by_name[frequent.names] = frequent.products(slots)
    chosen, products = _largest(by_name, known.names, attributes)
    least = products[-1] if len(products) == attributes else 0
    if 0 < frequent.others >= least:
        return None
    by_value = np.bincount(frequent.values_of(chosen.tolist(), slots), minlength=1)
    by_value[NO_CHOICE] = 0
    codes = above_zero(by_value)
    return chosen.tolist(), codes, by_value.take(codes)


def _of_all(columns: Columns, slots: Slots, attributes: int) -> Counted:
    """The same of any set.

    (`mode="clip"` spares numpy a copy of what it takes; no place is ever out of bounds.)
    """
    rows, _ = spans(columns.choice_starts, slots)
    names = columns.choice_names.take(rows, axis=0, mode="clip").ravel()
    by_name = np.bincount(names, minlength=1)
    by_name[NO_CHOICE] = 0
    chosen, _ = _largest(by_name, columns.known_choices.names, attributes)
    is_chosen = np.zeros(len(by_name), np.bool_)
    is_chosen[chosen] = True
    places = is_chosen.take(names).nonzero()[0]
    where = (rows.take(places >> ROW_BITS) << ROW_BITS) + (places & (CHOICES_A_ROW - 1))
    return chosen.tolist(), *_counted(columns.choices.reshape(-1).take(where, mode="clip"))


def _written(known: Choices, chosen: Sequence[int], codes: Ints, counts: Ints, most: int) -> str:
    """The values of the chosen attributes, the most frequent of each, equal ones by text."""
    rank = np.zeros(len(known.names), np.int64)
    rank[chosen] = np.arange(len(chosen))
    alphabet, ranks = known.alphabet, rank.take(known.name_of.take(codes))
    keys = (ranks << _RANK_SHIFT) + ((_COUNT_END - counts) << _PLACE_BITS) + alphabet.places.take(codes)
    keys.sort()
    codes, counts = alphabet.numbers.take(keys & _PLACES), _COUNT_END - (keys >> _PLACE_BITS & _COUNT_END - 1)
    ends = np.bincount(ranks, minlength=len(chosen)).cumsum().tolist()
    cuts = [slice(begin, min(end, begin + most)) for begin, end in zip([0, *ends], ends, strict=False)]
    return ",".join(
        [
            f"{known.names.heads[name]}{_joined(known.values.heads, codes[cut], counts[cut])}]"
            for name, cut in zip(chosen, cuts, strict=True)
        ]
    )


def _counted(codes: Ints) -> tuple[Ints, Ints]:
    """Each code once, and how often it stood there, of at least one."""
    if not len(codes):
        return codes, codes
    codes.sort()
    last = np.append((codes[1:] != codes[:-1]).nonzero()[0], len(codes) - 1)
    counts = last + 1
    counts[1:] -= counts[:-1].copy()
    return codes[last], counts


Value = dict[str, Any]


def merged(one: Raw, every: Raw) -> Raw:
    """Facets of a set with those of another, of which `every` value is there and no product in both.

    Each count stays exact: what may have been cut off of the first is left out.
    """
    of_one, of_other = msgspec.json.decode(one), msgspec.json.decode(every)
    known, new = of_one["attributes"], of_other["attributes"]
    names = known.keys() if len(known) >= ATTRIBUTES else known.keys() | new.keys()
    attributes = {name: _sums(known.get(name, []), new.get(name, [])) for name in names}
    largest = sorted(attributes, key=lambda name: (-sum(value["count"] for value in attributes[name]), name))
    sums = {name: _sums(of_one[name], of_other[name]) for name in ("brand", "category", "price")}
    sums["price"].sort(key=lambda band: band["from"] or 0)
    return Raw(msgspec.json.encode({**sums, "attributes": {name: attributes[name] for name in largest[:ATTRIBUTES]}}))


def _sums(one: list[Value], other: list[Value]) -> list[Value]:
    sums = Counter({_identity(value): value["count"] for value in one})
    for value in other:
        if len(one) < VALUES or _identity(value) in sums:
            sums[_identity(value)] += value["count"]
    pairs = sorted(sums.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return [{**dict(identity), "count": count} for identity, count in pairs][:VALUES]


def _identity(value: Value) -> tuple[tuple[str, Any], ...]:
    return tuple((key, field) for key, field in value.items() if key != "count")
