"""The most frequent attributes, laid out by attribute.

Large result sets are of many kinds of products, and what most of these have are attributes that most products have. Such a
set is counted here, without a look at each value of each product: bits tell how many have an attribute, and the values of
one attribute lie side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from read_side.search.arrays import NO_CHOICE, Ints, Slots

ATTRIBUTES: Final = 128
"""Laid out so: 512 bytes a product. More would answer more sets, and each of them later."""

_WORD: Final = 64


class Frequent(NamedTuple):
    """The most frequent attributes of one version of the index. Arrays are shared with later versions, which add slots."""

    names: Ints
    values: Ints
    """By attribute and slot, `NO_CHOICE` of a product without."""
    bits: Ints
    """By attribute, a bit for each slot that has one, in words."""
    others: int
    """No attribute that is not here has more products, dead ones included."""

    def products(self, slots: Slots) -> Ints:
        """How many of the slots have each attribute."""
        mask = np.zeros(self.bits.shape[1] * _WORD, np.uint8)
        mask[slots] = 1
        common = self.bits & np.packbits(mask).view(np.uint64)
        counts: Ints = np.bitwise_count(common).sum(axis=1, dtype=np.int64)
        return counts

    def values_of(self, names: Sequence[int], slots: Slots) -> Ints:
        """The values that the slots have of some of these attributes, in no order, `NO_CHOICE` for each that is missing."""
        known = self.names.tolist()
        found = [self.values[known.index(name)].take(slots, mode="clip") for name in names]
        return np.concatenate(found) if found else np.empty(0, np.int32)


class FrequentFollower:
    """Lays out products as they come; which attributes are the most frequent is asked anew when they are twice as many."""

    def __init__(self) -> None:
        self._slots = 0
        self._choose(np.zeros(0, np.int64), 0)

    def follow(self, starts: Ints, names: Ints, values: Ints) -> Frequent:
        """The layout of products whose values begin at `starts` in rows of `names` and `values`."""
        slots = len(starts) - 1
        if slots > self._values.shape[1]:
            self._choose(np.bincount(names.ravel()), slots)
        self._add(starts, names, values)
        rest = self._counts.copy()
        rest[self._names] = 0
        rest[: NO_CHOICE + 1] = 0
        words = -(-slots // _WORD)
        return Frequent(self._names, self._values, self._bits[:, :words], int(rest.max(initial=0)))

    def _choose(self, counts: Ints, slots: int) -> None:
        """Begin anew, with room for twice these slots."""
        counts[: NO_CHOICE + 1] = 0
        self._names = np.argsort(-counts, kind="stable")[:ATTRIBUTES]
        words = -(-2 * slots // _WORD)
        self._values = np.zeros((len(self._names), words * _WORD), np.int32)
        self._bits = np.zeros((len(self._names), words), np.uint64)
        self._counts = np.zeros(0, np.int64)
        self._slots = 0

    def _add(self, starts: Ints, names: Ints, values: Ints) -> None:
        first, slots = self._slots, len(starts) - 1
        if slots == first:
            return
        begin, end = int(starts[first]), int(starts[slots])
        added = np.bincount(names[begin:end].ravel(), minlength=len(self._counts))
        added[: len(self._counts)] += self._counts
        self._counts = added
        ranks = np.full(max(len(added), int(self._names.max(initial=0)) + 1), -1)
        ranks[self._names] = np.arange(len(self._names))
        ranks[NO_CHOICE] = -1
        rank = ranks.take(names[begin:end])
        row, place = (rank >= 0).nonzero()
        owner = np.arange(first, slots).repeat(np.diff(starts[first : slots + 1]))
        self._values[rank[row, place], owner[row]] = values[begin:end][row, place]
        whole = first // _WORD
        there = self._values[:, whole * _WORD : -(-slots // _WORD) * _WORD] != NO_CHOICE
        self._bits[:, whole : -(-slots // _WORD)] = np.packbits(there, axis=1).view(np.uint64)
        self._slots = slots
