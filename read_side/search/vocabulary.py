"""The words of the catalogue: slips against them are corrected before the search.

A word that stands in no product is replaced by one a single slip away (SymSpell's deletes: a letter too many, too few,
another, or two swapped). Of several the one wins that most products have together with the query's other words, then the
one most titles have. A word that stands in one or two products is taken for a slip in the catalogue itself only where
another is a hundred times as common. All other words are left alone, and so are codes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from heapq import nlargest
from typing import Final

from read_side.search.words import STOP_WORDS

LENGTH_MIN: Final = 3
RARE: Final = 2
"""A word in no more products may be a slip of whoever wrote them."""

CERTAIN: Final = 100
"""How much more common another word must be before a rare one is taken for a slip."""

TITLE: Final = 10
"""What a title's word weighs beside one of a description: titles hold what people look for."""

SAME_BEGINNING: Final = 3
"""First letters are rarely mistyped."""

INVENTED_PLURAL: Final = 0.3
"""What the plural of a known word weighs where no product has it."""

TRIED: Final = 6
"""Candidates that are tried together with the other words."""

_LAST: Final = "\U0010ffff"

Together = Callable[[Sequence[str]], int]
"""How many products have all these words."""


class Vocabulary:
    """The vocabulary of an index, followed as it grows."""

    def __init__(self) -> None:
        self._frequencies: Mapping[str, int] = {}
        self._titles: Mapping[str, int] = {}
        self._sorted: list[str] = []
        self._deletes: dict[str, list[str]] = defaultdict(list)

    def learn(self, frequencies: Mapping[str, int], titles: Mapping[str, int]) -> None:
        """Take in how many products have each word, and how many titles."""
        for word in frequencies.keys() - self._frequencies.keys():
            if len(word) >= LENGTH_MIN and word.isalpha() and word not in STOP_WORDS:
                for shortened in _deletes(word):
                    known = self._deletes[shortened]
                    if word not in known:
                        known.append(word)
        self._frequencies, self._titles = frequencies, titles
        self._sorted = sorted(titles)

    def beginning_with(self, beginning: str, most: int) -> list[str]:
        """Words of titles that begin so, those of most titles first."""
        first, end = bisect_left(self._sorted, beginning), bisect_left(self._sorted, beginning + _LAST)
        return nlargest(most, self._sorted[first:end], key=self._titles.__getitem__)

    def knows(self, word: str) -> bool:
        """Whether some product has the word, or its plural or singular."""
        return self._frequency(word) > 0

    def correct(self, typed: Sequence[str], together: Together) -> list[str]:
        """The words, those that are slips corrected."""
        corrected = list(typed)
        for place, word in enumerate(typed):
            frequency = self._frequency(word)
            if frequency <= RARE and len(word) >= LENGTH_MIN and word.isalpha() and word not in STOP_WORDS:
                others = [
                    other
                    for at, other in enumerate(corrected)
                    if at != place and other not in STOP_WORDS and self.knows(other)
                ]
                corrected[place] = self._correct(word, others, together)
        return corrected

    def _correct(self, word: str, others: Sequence[str], together: Together) -> str:
        weights = self._near(word)
        known = self.knows(word)
        if known:
            least = CERTAIN * self._weight(word)
            weights = {candidate: weight for candidate, weight in weights.items() if weight >= least}
        tried = sorted(weights, key=lambda candidate: (-weights[candidate], candidate))[:TRIED]
        if not tried or not others:
            return tried[0] if tried else word
        hits = {candidate: together([*others, candidate]) * self._likeness(word, candidate) for candidate in tried}
        best = max(tried, key=lambda candidate: hits[candidate])
        return word if known and not hits[best] else best

    def _near(self, word: str) -> dict[str, float]:
        """Words a slip away and their weights; a plural nobody wrote counts by its singular."""
        weights = {
            candidate: self._weight(candidate) * self._likeness(word, candidate) for candidate in self._one_away(word)
        }
        if word.endswith("s"):
            for singular in self._one_away(word[:-1]):
                if not singular.endswith("s"):
                    plural = f"{singular}s"
                    weights.setdefault(plural, self._weight(singular) * self._likeness(word, plural))
        return {candidate: weight for candidate, weight in weights.items() if weight}

    def _one_away(self, word: str) -> set[str]:
        near = {candidate for shortened in _deletes(word) for candidate in self._deletes.get(shortened, ())}
        return {candidate for candidate in near if candidate != word and _is_near(word, candidate)}

    def _frequency(self, word: str) -> int:
        singular = word[:-1] if word.endswith("s") else f"{word}s"
        return max(self._frequencies.get(word, 0), self._frequencies.get(singular, 0))

    def _weight(self, word: str) -> int:
        return TITLE * self._titles.get(word, 0) + self._frequencies.get(word, 0)

    def _likeness(self, word: str, candidate: str) -> float:
        likeness = SAME_BEGINNING if word[0] == candidate[0] else 1
        return likeness if candidate in self._frequencies else likeness * INVENTED_PLURAL


def _deletes(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def _is_near(one: str, other: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours makes one word of the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])
