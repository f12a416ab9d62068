"""A shopper's words as a query."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

from tantivy import Index, Occur, Query

from read_side.search.schema import PHRASE_FIELDS, TEXT_FIELDS, schema

_SCHEMA: Final = schema()
_WORD: Final = re.compile(r"[^\W_]+")
_TIE_BREAKER: Final = 0.3
WORDS_MAX: Final = 24
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


class QueryBuilder:
    """Builds queries with the index's own analyzer; `known` tells whether a word stands in some document."""

    def __init__(self, index: Index, stem: Callable[[str], str | None], known: Callable[[str], bool]) -> None:
        self._index, self._stem, self._known = index, stem, known

    def text(self, found: Sequence[str], *, every: bool) -> Query:
        """Documents with all words (`every`) or any of them; phrases count more, compounds count as their parts."""
        stems = [stem for word in found if (stem := self._stem(word))]
        occur = Occur.Must if every else Occur.Should
        clauses = [(occur, self._word(stem)) for stem in stems]
        base = Query.boolean_query(clauses) if clauses else Query.empty_query()
        base = self._with_compounds(base, found, stems, occur)
        phrases = self._phrases(stems)
        return Query.boolean_query([(Occur.Must, base), *phrases]) if phrases else base

    def _word(self, stem: str) -> Query:
        fields = [
            Query.boost_query(Query.term_query(_SCHEMA, field, stem, index_option="freq"), weight)
            for field, weight in TEXT_FIELDS.items()
        ]
        return Query.disjunction_max_query(fields, _TIE_BREAKER)

    def _with_compounds(self, base: Query, found: Sequence[str], stems: Sequence[str], occur: Occur) -> Query:
        """`note book` also finds `notebook` where that is a word."""
        options = [base]
        for i in range(len(found) - 1):
            joined = found[i] + found[i + 1]
            stem = self._stem(joined) if self._known(joined) else None
            if stem and len(stems) == len(found):
                parts = [*stems[:i], stem, *stems[i + 2 :]]
                options.append(Query.boolean_query([(occur, self._word(part)) for part in parts]))
        return Query.disjunction_max_query(options, 0.0) if len(options) > 1 else base

    def _phrases(self, stems: Sequence[str]) -> list[tuple[Occur, Query]]:
        if len(stems) < 2:
            return []
        terms: list[str | tuple[int, str]] = list(stems)
        return [
            (Occur.Should, Query.boost_query(Query.phrase_query(_SCHEMA, field, terms, slop=1), weight))
            for field, weight in PHRASE_FIELDS.items()
        ]


def code_query(text: str) -> Query:
    """A SKU, EAN or maker's code typed or pasted whole."""
    return Query.boost_query(Query.term_query(_SCHEMA, "code", text.strip().lower()), 1000.0)


def term(field: str, value: str) -> Query:
    """Documents with exactly this value; it does not count towards relevance."""
    return Query.const_score_query(Query.term_query(_SCHEMA, field, value, index_option="basic"), 0.0)


def any_of(field: str, values: Sequence[str]) -> Query:
    """Documents with one of these values."""
    return Query.const_score_query(Query.boolean_query([(Occur.Should, term(field, value)) for value in values]), 0.0)


def between(field: str, low: int | None, high: int | None) -> Query:
    """Documents whose number lies in a range, both ends included."""
    from tantivy import FieldType

    bound = 2**62
    query = Query.range_query(
        _SCHEMA, field, FieldType.Integer, -bound if low is None else low, bound if high is None else high
    )
    return Query.const_score_query(query, 0.0)
