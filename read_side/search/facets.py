"""Counting what a result set holds: brands, categories, prices and attributes, each count exact.

The counts are written as JSON at once, of pieces kept with each value: an answer has hundreds of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
import numpy as np
from msgspec import Raw

from read_side.search.arrays import CHOICES_A_ROW, NO_CHOICE, ROW_BITS, Ints, Names, Slots, spans
from read_side.search.columns import PRICE_STEPS, Columns

VALUES: Final = 50
ATTRIBUTES: Final = 10
EVERY: Final = 1_000_000

_BANDS: Final = [
    f'{{"from":{low or "null"},"to":{high or "null"},"count":'
    for low, high in zip((None, *PRICE_STEPS), (*PRICE_STEPS, None), strict=True)
]

NONE: Final = Raw(b'{"brand":[],"category":[],"price":[],"attributes":{}}')


def facets(columns: Columns, slots: Slots, values: int = VALUES, attributes: int = ATTRIBUTES) -> Raw:
    """The most frequent brands and categories, price ranges, and the most frequent attributes with their values, as JSON."""
    if not len(slots):
        return NONE
    bands = np.bincount(columns.price_band[slots], minlength=len(_BANDS)).tolist()
    text = (
        f'{{"brand":[{_terms(columns.brand[slots], columns.brands, values)}],'
        f'"category":[{_terms(columns.category[slots], columns.categories, values)}],'
        f'"price":[{_joined(_BANDS, ((band, count) for band, count in enumerate(bands) if count))}],'
        f'"attributes":{{{_attributes(columns, slots, values, attributes)}}}}}'
    )
    return Raw(text.encode())


def _joined(heads: Sequence[str], counts: Iterable[tuple[int, int]]) -> str:
    return ",".join([f"{heads[code]}{count}}}" for code, count in counts])


def _terms(codes: Ints, names: Names, most: int) -> str:
    return _joined(names.heads, _largest(np.bincount(codes), names.texts, most))


def _largest(counts: Ints, texts: Sequence[str], most: int) -> list[tuple[int, int]]:
    """Numbers of the highest counts with these, equal ones by text."""
    found = counts.nonzero()[0]
    if len(found) > most:
        there = counts[found]
        found = found[there >= np.partition(there, len(found) - most)[len(found) - most]]
    codes = found.tolist()
    pairs = sorted(zip((-counts[found]).tolist(), map(texts.__getitem__, codes), codes, strict=True))
    return [(code, -negative) for negative, _, code in pairs[:most]]


def _attributes(columns: Columns, slots: Slots, most: int, attributes: int) -> str:
    """Two passes: which attributes are the most frequent, then the values of these alone.

    (`mode="clip"` spares numpy a copy of what it takes; no place is ever out of bounds.)
    """
    known = columns.known_choices
    rows, _ = spans(columns.choice_starts, slots)
    names = columns.choice_names.take(rows, axis=0, mode="clip").ravel()
    by_name = np.bincount(names, minlength=1)
    by_name[NO_CHOICE] = 0
    chosen = [name for name, _ in _largest(by_name, known.names.texts, attributes)]
    is_chosen = np.zeros(len(by_name), np.bool_)
    is_chosen[chosen] = True
    places = is_chosen.take(names).nonzero()[0]
    if not len(places):
        return ""
    where = (rows.take(places >> ROW_BITS) << ROW_BITS) + (places & (CHOICES_A_ROW - 1))
    codes, counts = _counted(columns.choices.reshape(-1).take(where, mode="clip"))
    names = known.name_of.take(codes)
    order = np.lexsort((known.alphabet.take(codes), -counts, names))
    begins, ends = (np.searchsorted(names[order], chosen, side).tolist() for side in ("left", "right"))
    pairs = list(zip(codes[order].tolist(), counts[order].tolist(), strict=True))
    return ",".join(
        [
            f"{known.names.heads[name]}{_joined(known.values.heads, pairs[begin : min(end, begin + most)])}]"
            for name, begin, end in zip(chosen, begins, ends, strict=True)
        ]
    )


def _counted(codes: Ints) -> tuple[Ints, Ints]:
    """Each code once, and how often it stood there, of at least one."""
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
