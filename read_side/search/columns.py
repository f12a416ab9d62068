"""What filters, sorts and facets read of each product: arrays beside the index, followed as it grows.

A product has a *row*, a number that its writer gives it anew whenever it is indexed, and a *slot*, its place in the
arrays of this process. Rows only grow, so that a reader takes in what is above the highest it knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from tantivy import Order, Query, Searcher

from read_side.search.fields import SEPARATOR, Indexed, read_indexed
from read_side.search.query import newer_than

Ints = NDArray[Any]
Slots = NDArray[np.intp]
SLACK: Final = 10_000
"""Slots of products indexed anew or gone that are kept before the arrays are packed, beyond as many as live."""


class Names:
    """Texts by number, in the order in which they were met."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._codes: dict[str, int] = {}

    def code(self, text: str) -> int:
        """The number of a text, a new one for a new text."""
        code = self._codes.setdefault(text, len(self.texts))
        if code == len(self.texts):
            self.texts.append(text)
        return code

    def find(self, text: str) -> int:
        """The number of a text, -1 for one never met."""
        return self._codes.get(text, -1)

    def __len__(self) -> int:
        return len(self.texts)


class Choices:
    """Attribute values by number, the attribute of each and its text."""

    def __init__(self) -> None:
        self._values, self.names = Names(), Names()
        self._name_of = Growing(np.int32)
        self.texts: list[str] = []

    def code(self, value: str) -> int:
        """The number of a `name␟value`."""
        code = self._values.code(value)
        if code == len(self.texts):
            name, _, text = value.partition(SEPARATOR)
            self.texts.append(text)
            self._name_of.extend([self.names.code(name)])
        return code

    @property
    def name_of(self) -> Ints:
        """The attribute of each value."""
        return self._name_of.view()


class Growing:
    """An array that grows at its end; views given out before stay as they were."""

    def __init__(self, dtype: Any) -> None:
        self._array: Ints = np.empty(1024, dtype)
        self.length = 0

    def extend(self, values: Sequence[int] | Ints) -> None:
        """Put values behind the last."""
        needed = self.length + len(values)
        if needed > len(self._array):
            larger = np.empty(max(needed, 2 * len(self._array)), self._array.dtype)
            larger[: self.length] = self.view()
            self._array = larger
        self._array[self.length : needed] = values
        self.length = needed

    def view(self) -> Ints:
        """The values so far."""
        return self._array[: self.length]


@dataclass(frozen=True)
class Columns:
    """The products of one version of the index. Arrays are by slot; dead slots are those no search finds."""

    rows: Ints
    live: NDArray[np.bool_]
    ids: list[str]
    version: Ints
    offer_version: Ints
    brand: Ints
    category: Ints
    in_stock: Ints
    by_price: Ints
    by_newest: Ints
    by_rating: Ints
    choice_starts: Ints
    choices: Ints
    brands: Names
    categories: Names
    known_choices: Choices
    packed: int
    """How often slots were given anew: slots kept from before are of other products."""
    living: Slots = field(repr=False)
    slot_of: dict[str, int] = field(repr=False)
    """Shared with later versions: a slot may be beyond this one's."""

    @property
    def highest_row(self) -> int:
        """The row taken in last, -1 of none."""
        return int(self.rows[-1]) if len(self.rows) else -1

    def version_of(self, product_id: str) -> int | None:
        """The version a product was indexed with; None of one that is not in this version of the index."""
        slot = self.slot_of.get(product_id)
        return int(self.version[slot]) if slot is not None and slot < len(self.live) and self.live[slot] else None

    def slots_of(self, rows: Sequence[int]) -> Slots:
        """Slots of rows, in their order."""
        return np.searchsorted(self.rows, np.fromiter(rows, np.int64, len(rows)))

    def choices_of(self, slots: Slots) -> Ints:
        """Attribute values of some products, one after the other."""
        return self.choices[spans(self.choice_starts, slots)[0]]


def spans(starts: Ints, slots: Slots) -> tuple[Ints, Ints]:
    """Where the values of some slots lie, and how many each has."""
    first = starts[slots]
    lengths = starts[slots + 1] - first
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(first - (ends - lengths), lengths) + np.arange(total), lengths


_PLAIN: Final = {
    "rows": np.int64,
    "version": np.int64,
    "offer_version": np.int64,
    "brand": np.int32,
    "category": np.int32,
    "in_stock": np.int8,
    "by_price": np.int64,
    "by_newest": np.int64,
    "by_rating": np.int64,
}


class ColumnsFollower:
    """Reads what is new in the index into arrays. One thread at a time; what it gave out before stays valid."""

    def __init__(self) -> None:
        self._brands, self._categories, self._choices = Names(), Names(), Choices()
        self._packed = 0
        self._forget()

    def _forget(self) -> None:
        self._packed += 1
        self._arrays = {name: Growing(dtype) for name, dtype in _PLAIN.items()}
        self._starts, self._values = Growing(np.int64), Growing(np.int32)
        self._starts.extend([0])
        self._ids: list[str] = []
        self._slot_of: dict[str, int] = {}

    def follow(self, searcher: Searcher) -> Columns:
        """The columns of what `searcher` sees."""
        rows = self._arrays["rows"]
        self._take(searcher, int(rows.view()[-1]) if rows.length else -1)
        live = np.zeros(rows.length, np.bool_)
        live[list(self._slot_of.values())] = True
        if int(live.sum()) != searcher.num_docs:
            live = self._compare(searcher)
        if rows.length > 2 * int(live.sum()) + SLACK:
            live = self._pack(np.flatnonzero(live))
        return self._columns(live)

    def _take(self, searcher: Searcher, above: int) -> None:
        found: Any = searcher.search(
            newer_than(above),
            limit=max(1, searcher.num_docs),
            count=False,
            order_by_field="row",
            order=Order.Asc,
        )
        for row, address in found.hits:
            self._add(row, read_indexed(searcher.doc(address)["columns"][0]))

    def _add(self, row: int, one: Indexed) -> None:
        self._slot_of[one.id] = len(self._ids)
        self._ids.append(one.id)
        numbers = {
            "rows": row,
            "version": one.version,
            "offer_version": one.offer_version,
            "brand": self._brands.code(one.brand),
            "category": self._categories.code(one.category),
            "in_stock": int(one.in_stock),
            "by_price": one.by_price,
            "by_newest": one.by_newest,
            "by_rating": one.by_rating,
        }
        for name, number in numbers.items():
            self._arrays[name].extend([number])
        self._values.extend([self._choices.code(choice) for choice in one.choices])
        self._starts.extend([self._values.length])

    def _compare(self, searcher: Searcher) -> NDArray[np.bool_]:
        """Which slots live, of an index that lost some products; all is read anew where it has some we never met."""
        everything: Any = searcher.search(
            Query.all_query(), limit=max(1, searcher.num_docs), count=False, order_by_field="row", order=Order.Asc
        )
        found = np.fromiter((row for row, _ in everything.hits), np.int64, len(everything.hits))
        known = self._arrays["rows"].view()
        if not np.isin(found, known, assume_unique=True).all():
            self._forget()
            self._take(searcher, -1)
            return np.ones(len(self._ids), np.bool_)
        live = np.isin(known, found, assume_unique=True)
        self._slot_of = {self._ids[slot]: int(slot) for slot in np.flatnonzero(live)}
        return live

    def _pack(self, kept: Slots) -> NDArray[np.bool_]:
        """Leave the dead slots out; columns given out before keep the old arrays."""
        where, lengths = spans(self._starts.view(), kept)
        arrays, values, ids = self._arrays, self._values.view()[where], self._ids
        self._forget()
        for name, old in arrays.items():
            self._arrays[name].extend(old.view()[kept])
        self._values.extend(values)
        self._starts.extend(np.cumsum(lengths))
        self._ids = [ids[slot] for slot in kept]
        self._slot_of = {product_id: slot for slot, product_id in enumerate(self._ids)}
        return np.ones(len(kept), np.bool_)

    def _columns(self, live: NDArray[np.bool_]) -> Columns:
        arrays = {name: growing.view() for name, growing in self._arrays.items()}
        return Columns(
            live=live,
            living=np.flatnonzero(live),
            ids=self._ids,
            choice_starts=self._starts.view(),
            choices=self._values.view(),
            brands=self._brands,
            categories=self._categories,
            known_choices=self._choices,
            packed=self._packed,
            slot_of=self._slot_of,
            **arrays,
        )
