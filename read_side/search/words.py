"""Words: as they are typed, and as the index holds them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

_WORD: Final = re.compile(r"[^\W_]+")
WORDS_MAX: Final = 24
STEMS_KEPT: Final = 20_000

Stem = Callable[[str], str | None]

STOP_WORDS: Final = frozenset(
    _WORD.findall("""a an and are as at be but by for if in into is it no not of on or such that the their then there these they
    this to was will with""")
)


def words(text: str) -> list[str]:
    """The words of a query, lower-case and without accents, at most 24."""
    folded = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode() or text.lower()
    return _WORD.findall(folded)[:WORDS_MAX]


def content_words(found: Sequence[str]) -> list[str]:
    """Words without those that every text has; all of them when nothing else is left."""
    return [word for word in found if word not in STOP_WORDS] or list(found)


def analyzer() -> Any:
    """What makes stems of a text: folds, drops stop words, stems."""
    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(60))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .filter(Filter.stopword("english"))
        .filter(Filter.stemmer("english"))
        .build()
    )


_analyzer: Final = analyzer()


@lru_cache(STEMS_KEPT)
def stem(word: str) -> str | None:
    """A word as the index holds it; None of a stop word."""
    return next(iter(_analyzer.analyze(word)), None)


def stems(text: str) -> frozenset[str]:
    """The stems in a text."""
    return frozenset(_analyzer.analyze(text))


ACCESSORIES: Final = stems(
    """accessory adapter arm backpack bag battery bracket briefcase cartridge case charger cleaning cover cradle dock
    docking drum enclosure filter folio fuser holder holster ink kit lamp lens license lock mount part pouch protector
    refill replacement ribbon roller service skin sleeve spare stand strap stylus toner tray tripod upgrade warranty"""
)
"""Words that name something made for another product: a title with one of them names the other product too."""
