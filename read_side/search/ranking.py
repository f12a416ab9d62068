"""The order of what was found: how well a product answers the words, and whether it is the kind of thing asked for.

Words alone rank a sleeve for notebooks before notebooks. Three things tell what is meant, all of them read from the result
set and the catalogue itself: most of what is found is of the kind that was asked for; a query that names a category means
its products; and whoever names no accessory wants none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from read_side.search.arrays import Slots
from read_side.search.columns import Columns
from read_side.search.fields import SEPARATOR
from read_side.search.matching import Matches
from read_side.search.words import ACCESSORIES
from read_side.search.words import stems as stems_of

COMMON_KIND: Final = 0.5
"""How much more a product counts that is of the most frequent category of the result set."""

NAMED_KIND: Final = 0.5
"""How much more a product counts whose category's name is just the query."""

UNASKED_ACCESSORY: Final = 0.3
"""How much less an accessory counts where the query names none."""

_WEIGHT_OF_ACCESSORY: Final = np.array([1, 1 - UNASKED_ACCESSORY], np.float32)


class Kinds:
    """The categories of one version of the index by the stems of their own names."""

    def __init__(self, texts: Sequence[str]) -> None:
        """`texts` are `label␟path`, by code."""
        self._count = len(texts)
        self._sizes: list[int] = []
        self._named: dict[str, list[int]] = defaultdict(list)
        for code, text in enumerate(texts):
            leaf = _leaf_stems(text)
            self._sizes.append(len(leaf))
            for one in leaf:
                self._named[one].append(code)

    def named(self, stems: Collection[str]) -> NDArray[np.float32]:
        """For each category, of the words that its own name and the query have, the share that both have."""
        shares = np.zeros(self._count, np.float32)
        for code, common in Counter(code for one in stems for code in self._named.get(one, ())).items():
            shares[code] = common / (len(stems) + self._sizes[code] - common)
        return shares


@lru_cache(4096)
def _leaf_stems(category: str) -> frozenset[str]:
    return stems_of(category.partition(SEPARATOR)[0].rpartition(">")[2])


def relevance(matches: Matches, stems: Collection[str], kinds: Kinds, columns: Columns) -> NDArray[np.float32]:
    """Scores of matches by the words and by what is meant."""
    named, category = kinds.named(stems), columns.category.take(matches.slots)
    counts = np.bincount(category, minlength=len(named))
    kind = (1 + COMMON_KIND * counts / max(1, counts.max(initial=0))) * (1 + NAMED_KIND * named)
    scores: NDArray[np.float32] = matches.scores * kind.astype(np.float32).take(category)
    if ACCESSORIES.isdisjoint(stems):
        scores *= _WEIGHT_OF_ACCESSORY.take(columns.accessory.take(matches.slots))
    return scores


def first(scores: NDArray[np.float32], slots: Slots, columns: Columns, offset: int, limit: int) -> Slots:
    """Slots from `offset` on in the order of their scores, equal ones newest first: one order for every page and index."""
    end = offset + limit
    if end < len(slots):
        least = np.partition(scores, len(scores) - end)[len(scores) - end]
        kept = scores >= least
        slots, scores = slots[kept], scores[kept]
    order = np.lexsort((-columns.by_newest[slots], -scores))
    return slots[order[offset:end]]
