"""Which products have a word, and how well each answers it: read from the index once, kept, carried on as it grows."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tantivy import Query, Searcher

from read_side.search import query as q
from read_side.search.arrays import Slots
from read_side.search.columns import Columns

KEPT: Final = 4_000_000
"""Slots kept over all words: 32 MB. The words asked for least lately go first."""

DRIFT: Final = 0.1
"""By how much the number of products may change before a word is read anew: how rare it is weighs its scores."""


class Posting(NamedTuple):
    """Slots that have a word and their scores, of all rows up to `row`, as slots were given when packed that often."""

    packed: int
    row: int
    products: int
    slots: NDArray[np.int32]
    scores: NDArray[np.float32]


NOTHING: Final = Posting(0, -1, 0, np.empty(0, np.int32), np.empty(0, np.float32))


class Postings:
    """Postings by stem, over the versions of an index."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Posting] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def of(self, stem: str, searcher: Searcher, columns: Columns) -> Posting:
        """This version's products that have a stem; some may be dead."""
        with self._lock:
            known = self._kept.get(stem, NOTHING)
            if known is not NOTHING:
                self._kept.move_to_end(stem)
        if known.row == columns.highest_row and known.packed == columns.packed:
            return known
        posting = _carried_on(known, stem, searcher, columns)
        self._keep(stem, posting)
        return posting

    def _keep(self, stem: str, posting: Posting) -> None:
        with self._lock:
            before = self._kept.pop(stem, NOTHING)
            self._size += len(posting.slots) - len(before.slots)
            self._kept[stem] = posting
            while self._size > KEPT and len(self._kept) > 1:
                self._size -= len(self._kept.popitem(last=False)[1].slots)


def _carried_on(known: Posting, stem: str, searcher: Searcher, columns: Columns) -> Posting:
    """What was known and still lives, with the products of higher rows."""
    products = len(columns.living)
    if (
        known.packed != columns.packed
        or known.row > columns.highest_row
        or abs(products - known.products) > DRIFT * known.products
    ):
        known = NOTHING
    slots, scores = scored(q.word_above(stem, known.row), searcher, columns, len(columns.rows))
    living = columns.live[known.slots]
    return Posting(
        columns.packed,
        columns.highest_row,
        known.products or products,
        np.concatenate([known.slots[living], slots.astype(np.int32)]),
        np.concatenate([known.scores[living], scores]),
    )


def scored(query: Query, searcher: Searcher, columns: Columns, most: int) -> tuple[Slots, NDArray[np.float32]]:
    """Slots of the products that a query finds, and their scores, the most relevant first."""
    result: Any = searcher.search(query, limit=max(1, min(most, len(columns.living))), count=False)
    addresses = [address for _, address in result.hits]
    rows: Any = searcher.fast_field_values("row", addresses)
    slots = columns.slots_of(rows)
    return slots, np.fromiter((score for score, _ in result.hits), np.float32, len(addresses))


def found(query: Query, searcher: Searcher, columns: Columns, most: int) -> Slots:
    """Slots of the products that a query finds, the most relevant first."""
    return scored(query, searcher, columns, most)[0]
