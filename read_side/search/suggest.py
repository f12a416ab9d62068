"""What finishes a text that is being typed: words, categories and brands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from read_side.search.arrays import Ints
from read_side.search.columns import Columns
from read_side.search.fields import SEPARATOR
from read_side.search.vocabulary import Together, Vocabulary
from read_side.search.words import stem, words

TRIED: Final = 6
"""Endings of the last word that are tried together with the others."""


class Named(NamedTuple):
    """A category or brand, and its words."""

    name: str
    path: str
    words: list[str]


class Suggester:
    """Finishes texts from one version of the index."""

    def __init__(self, columns: Columns, vocabulary: Vocabulary, together: Together) -> None:
        self._vocabulary, self._together = vocabulary, together
        categories = [
            (label, path) for label, _, path in (text.partition(SEPARATOR) for text in columns.categories.texts)
        ]
        self._categories = _by_size(categories, _counts(columns.category, columns, len(categories)))
        brands = [(name, "") for name in columns.brands.texts]
        self._brands = _by_size(brands, _counts(columns.brand, columns, len(brands)))

    def queries(self, text: str, most: int) -> list[str]:
        """The text with its last word finished, the more products have it the earlier."""
        *whole, last = words(text) or [""]
        if not last:
            return []
        endings = self._vocabulary.beginning_with(last, TRIED)
        if whole:
            counted = [(self._together([*whole, ending]), ending) for ending in endings]
            endings = [ending for count, ending in sorted(counted, key=lambda one: -one[0]) if count]
        each_once = {stem(ending): ending for ending in reversed(endings)}
        return [" ".join([*whole, ending]) for ending in endings if each_once[stem(ending)] == ending][:most]

    def categories(self, text: str, most: int) -> list[tuple[str, str]]:
        """Labels and paths of categories whose own names have the words, the largest first."""
        return [(one.name, one.path) for one in _fitting(self._categories, words(text), most)]

    def brands(self, text: str, most: int) -> list[str]:
        """Brands whose names have the words, the largest first."""
        return [one.name for one in _fitting(self._brands, words(text), most)]


def _counts(codes: Ints, columns: Columns, most: int) -> list[int]:
    counts: list[int] = np.bincount(codes[columns.living], minlength=most).tolist()
    return counts


def _by_size(named: Iterable[tuple[str, str]], counts: Iterable[int]) -> list[Named]:
    """Names (with paths) that have products, each once, the largest first."""
    sizes: Counter[tuple[str, str]] = Counter()
    for one, count in zip(named, counts, strict=True):
        for name, path in _with_ancestors(*one):
            sizes[name, path] += count
    return [Named(name, path, words(name.rpartition(">")[2])) for (name, path), size in sizes.most_common() if size]


def _with_ancestors(label: str, path: str) -> Iterator[tuple[str, str]]:
    """A category and those it is in; labels and paths run in parallel."""
    while True:
        yield label, path
        if "/" not in path:
            return
        label, path = label.rpartition(" > ")[0], path.rpartition("/")[0]


def _fitting(names: Sequence[Named], typed: Sequence[str], most: int) -> list[Named]:
    if not typed:
        return []
    *whole, last = typed
    fitting = (
        one for one in names if any(word.startswith(last) for word in one.words) and set(whole) <= set(one.words)
    )
    return [one for one, _ in zip(fitting, range(most), strict=False)]
