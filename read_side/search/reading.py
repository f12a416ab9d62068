"""How a text is read: slips corrected, stems taken, neighbours joined where they are one word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from read_side.search.matching import Alternatives
from read_side.search.vocabulary import Together, Vocabulary
from read_side.search.words import content_words, stem, words


@dataclass(frozen=True)
class Reading:
    """A text as searched: the ways to read it, a code it may be, and what it was corrected to."""

    alternatives: Alternatives
    code: str
    corrected: str | None

    @property
    def stems(self) -> frozenset[str]:
        """The words as typed, corrected."""
        return frozenset(self.alternatives[0])


def read(text: str, vocabulary: Vocabulary, together: Together) -> Reading | None:
    """A text as searched; None of one without words."""
    typed = words(text)
    if not typed:
        return None
    corrected = vocabulary.correct(typed, together)
    said = " ".join(corrected) if corrected != typed else None
    return Reading(alternatives(content_words(corrected), vocabulary.knows), text.strip().lower(), said)


def alternatives(found: Sequence[str], known: Callable[[str], bool]) -> Alternatives:
    """The ways to read some words: `note book` is also `notebook` where that is a word."""
    each = [stem(word) for word in found]
    stems = [one for one in each if one]
    ways = [tuple(dict.fromkeys(stems))]
    if len(stems) == len(found):
        for i in range(len(found) - 1):
            joined = found[i] + found[i + 1]
            if known(joined) and (one := stem(joined)):
                ways.append(tuple(dict.fromkeys([*stems[:i], one, *stems[i + 2 :]])))
    return tuple(ways)
