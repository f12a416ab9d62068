"""What filters, sorts and facets read of each product: arrays beside the index, followed as it grows.

A product has a *row*, a number that its writer gives it anew whenever it is indexed, and a *slot*, its place in the
arrays of this process. Rows only grow, so that a reader takes in what is above the highest it knows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from tantivy import Order, Query, Searcher

from read_side.search.arrays import (
    CHOICES_A_ROW,
    Choices,
    Growing,
    Ints,
    Names,
    Slots,
    category_head,
    spans,
    value_head,
)
from read_side.search.fields import KEY_BITS, Indexed, read_indexed
from read_side.search.frequent import Frequent, FrequentFollower
from read_side.search.query import newer_than

SLACK: Final = 10_000
"""Slots of products indexed anew or gone that are kept before the arrays are packed, beyond as many as live."""

PRICE_STEPS: Final = (1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000)
"""Where one price band ends and the next begins, in minor units."""


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
    price_band: Ints
    accessory: Ints
    choice_starts: Ints
    choices: Ints
    """Attribute values in rows, product after product."""
    choice_names: Ints
    """The attribute of each."""
    frequent: Frequent
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

    def slot(self, product_id: str) -> int | None:
        """The slot of a product; None of one that is not in this version of the index."""
        slot = self.slot_of.get(product_id)
        return slot if slot is not None and slot < len(self.live) and self.live[slot] else None

    def versions_of(self, product_id: str) -> tuple[int, int] | None:
        """The versions of the documents a product was indexed with; None of one that is not there."""
        slot = self.slot(product_id)
        return None if slot is None else (int(self.version[slot]), int(self.offer_version[slot]))

    def slots_of(self, rows: Sequence[int]) -> Slots:
        """Slots of rows, in their order."""
        return np.searchsorted(self.rows, np.fromiter(rows, np.int64, len(rows)))


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
    "price_band": np.int8,
    "accessory": np.int8,
}


class ColumnsFollower:
    """Reads what is new in the index into arrays. One thread at a time; what it gave out before stays valid."""

    def __init__(self) -> None:
        self._brands, self._categories, self._choices = Names(value_head), Names(category_head), Choices()
        self._packed = 0
        self._forget()

    def _forget(self) -> None:
        self._packed += 1
        self._arrays = {name: Growing(dtype) for name, dtype in _PLAIN.items()}
        self._starts = Growing(np.int64)
        self._starts.extend([0])
        self._values, self._names = Growing(np.int32, CHOICES_A_ROW), Growing(np.uint16, CHOICES_A_ROW)
        self._frequent = FrequentFollower()
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
        self._add((row, read_indexed(searcher.doc(address)["columns"][0])) for row, address in found.hits)

    def _add(self, documents: Iterable[tuple[int, Indexed]]) -> None:
        numbers, lengths, values = [], [], []
        for row, one in documents:
            self._slot_of[one.id] = len(self._ids)
            self._ids.append(one.id)
            numbers.append(self._numbers(row, one))
            rows = self._choices.rows(one.choices)
            lengths.append(len(rows))
            values += rows
        if not numbers:
            return
        for name, column in zip(_PLAIN, zip(*numbers, strict=True), strict=True):
            self._arrays[name].extend(column)
        codes = np.array(values, np.int32).reshape(-1, CHOICES_A_ROW)
        self._values.extend(codes)
        self._names.extend(self._choices.name_of.take(codes))
        self._starts.extend(self._starts.view()[-1] + np.cumsum(lengths))

    def _numbers(self, row: int, one: Indexed) -> tuple[int, ...]:
        """A product's numbers in the order of `_PLAIN`."""
        return (
            row,
            one.version,
            one.offer_version,
            self._brands.code(one.brand),
            self._categories.code(one.category),
            one.in_stock,
            one.by_price,
            one.by_newest,
            one.by_rating,
            bisect_right(PRICE_STEPS, one.by_price >> KEY_BITS),
            one.accessory,
        )

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
        arrays, ids = self._arrays, self._ids
        values, names = self._values.view()[where], self._names.view()[where]
        self._forget()
        for name, old in arrays.items():
            self._arrays[name].extend(old.view()[kept])
        self._values.extend(values)
        self._names.extend(names)
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
            choice_names=self._names.view(),
            frequent=self._frequent.follow(self._starts.view(), self._names.view(), self._values.view()),
            brands=self._brands,
            categories=self._categories,
            known_choices=self._choices,
            packed=self._packed,
            slot_of=self._slot_of,
            **arrays,
        )
