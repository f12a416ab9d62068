"""Which products have a word: read from the index once, kept, and carried on as the index grows."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tantivy import Query, Searcher

from read_side.search.columns import Columns, Slots
from read_side.search.query import Alternatives, having

KEPT: Final = 4_000_000
"""Slots kept over all words: 16 MB. The words asked for least lately go first."""


class Kept(NamedTuple):
    """Slots that have a word, of all rows up to `row`, as slots were given when packed that often."""

    packed: int
    row: int
    slots: NDArray[np.int32]


class Postings:
    """Slots by stem, over the versions of an index."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def of(self, stem: str, searcher: Searcher, columns: Columns) -> NDArray[np.int32]:
        """Slots of this version's products that have a stem; some may be dead."""
        with self._lock:
            known = self._kept.get(stem)
            if known is not None:
                self._kept.move_to_end(stem)
        if known is None or known.packed != columns.packed or known.row > columns.highest_row:
            known = Kept(columns.packed, -1, np.empty(0, np.int32))
        if known.row == columns.highest_row:
            return known.slots
        newer = found(having(stem, known.row), searcher, columns, len(columns.rows)).astype(np.int32)
        kept = Kept(
            columns.packed, columns.highest_row, np.concatenate([known.slots[columns.live[known.slots]], newer])
        )
        self._keep(stem, kept)
        return kept.slots

    def _keep(self, stem: str, kept: Kept) -> None:
        with self._lock:
            before = self._kept.pop(stem, None)
            self._size += len(kept.slots) - (len(before.slots) if before else 0)
            self._kept[stem] = kept
            while self._size > KEPT and len(self._kept) > 1:
                self._size -= len(self._kept.popitem(last=False)[1].slots)


def found(query: Query, searcher: Searcher, columns: Columns, most: int) -> Slots:
    """Slots of the products that a query finds, the most relevant first."""
    result: Any = searcher.search(query, limit=max(1, min(most, len(columns.living))), count=False)
    addresses = [address for _, address in result.hits]
    rows: Any = searcher.fast_field_values("row", addresses)
    return columns.slots_of(rows)


def matching(
    alternatives: Alternatives, postings: Postings, searcher: Searcher, columns: Columns, *, every: bool
) -> NDArray[np.bool_]:
    """Which slots have all stems of an alternative (`every`), or any stem at all."""
    matched = np.zeros(len(columns.rows), np.bool_)
    for stems in alternatives:
        if not every:
            for stem in stems:
                matched[postings.of(stem, searcher, columns)] = True
        elif stems:
            slots = postings.of(stems[0], searcher, columns)
            for stem in stems[1:]:
                has = np.zeros(len(columns.rows), np.bool_)
                has[postings.of(stem, searcher, columns)] = True
                slots = slots[has[slots]]
            matched[slots] = True
    matched &= columns.live
    return matched
