"""A shopper's words as a query."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

from tantivy import FieldType, Index, Occur, Query

from read_side.search.schema import PHRASE_FIELDS, TEXT_FIELDS, schema

_SCHEMA: Final = schema()
_WORD: Final = re.compile(r"[^\W_]+")
_TIE_BREAKER: Final = 0.3
WORDS_MAX: Final = 24
ROW_MAX: Final = 2**62
STOP_WORDS: Final = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "for",
        "if",
        "in",
        "into",
        "is",
        "it",
        "no",
        "not",
        "of",
        "on",
        "or",
        "such",
        "that",
        "the",
        "their",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "was",
        "will",
        "with",
    ]
)


def words(text: str) -> list[str]:
    """The words of a query, lower-case and without accents, at most 24."""
    folded = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode() or text.lower()
    return _WORD.findall(folded)[:WORDS_MAX]


def content_words(found: Sequence[str]) -> list[str]:
    """Words without those that every text has; all of them when nothing else is left."""
    return [word for word in found if word not in STOP_WORDS] or list(found)


Alternatives = tuple[tuple[str, ...], ...]
"""Stems of a text; then the same with two neighbours read as one word, for each pair that is a word together."""


class QueryBuilder:
    """Builds queries with the index's own analyzer; `known` tells whether a word stands in some document."""

    def __init__(self, index: Index, stem: Callable[[str], str | None], known: Callable[[str], bool]) -> None:
        self._index, self._stem, self._known = index, stem, known

    def alternatives(self, found: Sequence[str]) -> Alternatives:
        """The ways to read some words: `note book` is also `notebook` where that is a word."""
        stems = tuple(stem for word in found if (stem := self._stem(word)))
        options = [stems]
        if len(stems) == len(found):
            for i in range(len(found) - 1):
                joined = found[i] + found[i + 1]
                if self._known(joined) and (stem := self._stem(joined)):
                    options.append((*stems[:i], stem, *stems[i + 2 :]))
        return tuple(options)

    def text(self, alternatives: Alternatives, *, every: bool) -> Query:
        """Documents with all words (`every`) of an alternative, or any of them; phrases count more."""
        occur = Occur.Must if every else Occur.Should
        options = [self._words(stems, occur) for stems in alternatives]
        base = Query.disjunction_max_query(options, 0.0) if len(options) > 1 else options[0]
        phrases = self._phrases(alternatives[0])
        return Query.boolean_query([(Occur.Must, base), *phrases]) if phrases else base

    def _words(self, stems: Sequence[str], occur: Occur) -> Query:
        if not stems:
            return Query.empty_query()
        return Query.boolean_query([(occur, self._word(stem)) for stem in stems])

    def _word(self, stem: str) -> Query:
        fields = [
            Query.boost_query(Query.term_query(_SCHEMA, field, stem, index_option="freq"), weight)
            for field, weight in TEXT_FIELDS.items()
        ]
        return Query.disjunction_max_query(fields, _TIE_BREAKER)

    def _phrases(self, stems: Sequence[str]) -> list[tuple[Occur, Query]]:
        if len(stems) < 2:
            return []
        terms: list[str | tuple[int, str]] = list(stems)
        return [
            (Occur.Should, Query.boost_query(Query.phrase_query(_SCHEMA, field, terms, slop=1), weight))
            for field, weight in PHRASE_FIELDS.items()
        ]


def having(stem: str, above: int) -> Query:
    """Documents of a higher row than `above` that have a stem in some field of words."""
    clauses = [(Occur.Should, term(field, stem)) for field in TEXT_FIELDS]
    words = Query.const_score_query(Query.boolean_query(clauses), 0.0)
    return words if above < 0 else Query.boolean_query([(Occur.Must, words), (Occur.Must, newer_than(above))])


def newer_than(row: int) -> Query:
    """Documents of a higher row."""
    return Query.const_score_query(Query.range_query(_SCHEMA, "row", FieldType.Integer, row + 1, ROW_MAX), 0.0)


def code_query(text: str) -> Query:
    """A SKU, EAN or maker's code typed or pasted whole."""
    return Query.boost_query(Query.term_query(_SCHEMA, "code", text.strip().lower()), 1000.0)


def term(field: str, value: str) -> Query:
    """Documents with exactly this value; it does not count towards relevance."""
    return Query.const_score_query(Query.term_query(_SCHEMA, field, value, index_option="basic"), 0.0)


def any_of(field: str, values: Sequence[str]) -> Query:
    """Documents with one of these values."""
    return Query.const_score_query(Query.boolean_query([(Occur.Should, term(field, value)) for value in values]), 0.0)
