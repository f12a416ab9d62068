"""Words nobody wrote, corrected before the search.

A word that stands in no document is replaced by a word at one edit from it (SymSpell's deletes), the more frequent the
better, one with the same first letter twice as good. A word that stands anywhere is left alone, and so are codes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

FREQUENCY_MIN: Final = 3
LENGTH_MIN: Final = 4


class Corrector:
    """The vocabulary of an index: words and in how many documents each stands."""

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        self._frequencies = dict(frequencies)
        self._deletes: dict[str, list[str]] = defaultdict(list)
        for word, frequency in self._frequencies.items():
            if frequency >= FREQUENCY_MIN and len(word) >= LENGTH_MIN and word.isalpha():
                for shortened in _deletes(word):
                    self._deletes[shortened].append(word)

    def correct(self, words: Iterable[str]) -> list[str]:
        """The words, those unknown corrected where something near is known."""
        return [self._correct(word) for word in words]

    def knows(self, word: str) -> bool:
        """Whether the word stands in some document."""
        return word in self._frequencies

    def _correct(self, word: str) -> str:
        if len(word) < LENGTH_MIN or word in self._frequencies or any(character.isdigit() for character in word):
            return word
        near = {
            candidate
            for shortened in _deletes(word)
            for candidate in self._deletes.get(shortened, ())
            if _near(word, candidate)
        }
        return max(near, key=lambda candidate: self._score(word, candidate), default=word)

    def _score(self, word: str, candidate: str) -> tuple[int, str]:
        return self._frequencies[candidate] * (2 if candidate[0] == word[0] else 1), candidate


def _deletes(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def _near(one: str, other: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours makes one word of the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])
