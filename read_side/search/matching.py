"""Which products a text finds, and how well each answers it: sums over the postings of its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from read_side.search.arrays import Slots, above_zero
from read_side.search.postings import NOTHING, Posting

Alternatives = tuple[tuple[str, ...], ...]
"""Stems of a text; then the same with two neighbours read as one word, for each pair that is a word together."""

PostingOf = Callable[[str], Posting]


class Matches(NamedTuple):
    """Products found, in no order, each once, and how well each answers the words."""

    slots: Slots
    scores: NDArray[np.float32]

    def kept(self, mask: NDArray[np.bool_]) -> Matches:
        """Those of the mask."""
        return Matches(self.slots[mask], self.scores[mask])


NO_MATCHES = Matches(np.empty(0, np.intp), np.empty(0, np.float32))


def with_all_words(alternatives: Alternatives, posting: PostingOf, slots: int) -> Matches:
    """Products that have every stem of an alternative; the best alternative counts. `slots` is how many there are."""
    found = [_intersection([posting(stem) for stem in stems], slots) for stems in alternatives]
    if len(found) == 1:
        return found[0]
    best = np.zeros(slots, np.float32)
    for matches in found:
        best[matches.slots] = np.maximum(best[matches.slots], matches.scores)
    return _nonzero(best)


def with_any_word(alternatives: Alternatives, posting: PostingOf, slots: int) -> Matches:
    """Products that have a stem of any alternative; the best alternative counts."""
    best, *others = [_sums([posting(stem) for stem in stems], slots) for stems in alternatives]
    for sums in others:
        np.maximum(best, sums, out=best)
    return _nonzero(best)


def _sums(postings: Sequence[Posting], count: int) -> NDArray[np.float32]:
    first, *others = postings or [NOTHING]
    sums = np.zeros(count, np.float32)
    sums[first.slots] = first.scores
    for other in others:
        sums[other.slots] += other.scores
    return sums


def _intersection(postings: Sequence[Posting], count: int) -> Matches:
    rarest, *others = sorted(postings, key=lambda one: len(one.slots)) or [NOTHING]
    slots, scores = rarest.slots, rarest.scores
    for other in others:
        dense = np.zeros(count, np.float32)
        dense[other.slots] = other.scores
        more = dense.take(slots)
        both = more > 0
        slots, scores = slots[both], scores[both] + more[both]
    return Matches(slots.astype(np.intp), scores)


def _nonzero(scores: NDArray[np.float32]) -> Matches:
    slots = above_zero(scores)
    return Matches(slots, scores.take(slots))
