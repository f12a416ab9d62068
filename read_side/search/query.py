"""What the index is asked: which products have a word, how well each answers it, which have a value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from tantivy import FieldType, Occur, Query

from read_side.search.schema import TEXT_FIELDS, schema

_SCHEMA: Final = schema()
_TIE_BREAKER: Final = 0.5
_NAMING_FIELDS: Final = ("title", "brand", "cat", "descr")
ROW_MAX: Final = 2**62


def word(stem: str) -> Query:
    """Documents with a stem, by the field that answers best (BM25); what other fields say counts half."""
    fields = [
        Query.boost_query(Query.term_query(_SCHEMA, field, stem, index_option="freq"), weight)
        for field, weight in TEXT_FIELDS.items()
    ]
    return Query.disjunction_max_query(fields, _TIE_BREAKER)


def word_above(stem: str, row: int) -> Query:
    """`word` among documents of a higher row."""
    return word(stem) if row < 0 else Query.boolean_query([(Occur.Must, word(stem)), (Occur.Must, newer_than(row))])


def named_together(stems: Iterable[str]) -> Query:
    """Documents that have all these stems in the fields that say what they are."""
    return Query.boolean_query(
        [
            (Occur.Must, Query.boolean_query([(Occur.Should, term(field, stem)) for field in _NAMING_FIELDS]))
            for stem in stems
        ]
    )


def newer_than(row: int) -> Query:
    """Documents of a higher row."""
    return Query.const_score_query(Query.range_query(_SCHEMA, "row", FieldType.Integer, row + 1, ROW_MAX), 0.0)


def term(field: str, value: str) -> Query:
    """Documents with exactly this value; it does not count towards relevance."""
    return Query.const_score_query(Query.term_query(_SCHEMA, field, value, index_option="basic"), 0.0)


def any_of(field: str, values: Sequence[str]) -> Query:
    """Documents with one of these values."""
    return Query.const_score_query(Query.boolean_query([(Occur.Should, term(field, value)) for value in values]), 0.0)
