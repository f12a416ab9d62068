"""Searching the index: hits, total and facets of one result set, and suggestions.

The index finds the products that words name; filters, sorts and facets are read from `columns`. Nothing here touches a
database. `Engine.reload` makes it see what was committed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from tantivy import Filter, Index, Occur, Query, Searcher, TextAnalyzerBuilder, Tokenizer

from read_side.search import facets
from read_side.search import query as q
from read_side.search.columns import Columns, ColumnsFollower, Ints, Slots
from read_side.search.corrector import Corrector
from read_side.search.fields import KEY_BITS, SEPARATOR
from read_side.search.postings import Postings, found, matching
from read_side.search.schema import open_index

ENOUGH: Final = 24
"""Fewer hits with all words than this, and any-word hits follow them."""

TOTAL_MAX: Final = 100_000
REMEMBERED: Final = 256
"""Texts whose matches are kept until the next reload: paging and filtering ask the same again."""


@dataclass(frozen=True)
class Filters:
    """What a result set is narrowed by; prices in minor units, both ends included."""

    brands: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    price_min: int | None = None
    price_max: int | None = None
    in_stock: bool | None = None
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()


NO_FILTERS: Final = Filters()


@dataclass(frozen=True)
class Hit:
    """A product found, the versions it was indexed with, and where the next page goes on from it."""

    id: str
    key: int
    version: int
    offer_version: int


@dataclass(frozen=True)
class Page:
    """One page of a result set with what is true of the whole set."""

    hits: list[Hit]
    total: int
    relaxed: bool
    corrected_query: str | None
    facets: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Words:
    """A text as searched: the ways to read it, the queries for all words and for any, and what it was corrected to."""

    alternatives: q.Alternatives
    code: Query
    every: Query
    any: Query | None
    """None of a single word."""
    corrected: str | None


class Engine:
    """Searches one index folder. One thread reloads while others search."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._analyzer = _stemming()
        self._follower = ColumnsFollower()
        self._corrector = Corrector({})
        self._postings = Postings()
        self._view: View
        self.reload()

    @classmethod
    def open(cls, folder: Path) -> Engine:
        """The engine over a folder's index."""
        return cls(open_index(folder))

    def reload(self, *, vocabulary: bool = True) -> None:
        """See what was committed; the vocabulary is read again only now and then."""
        self._index.reload()
        searcher = self._index.searcher()
        if vocabulary:
            self._corrector = Corrector(dict(searcher.terms_with_prefix("vocabulary", "")))
        builder = q.QueryBuilder(self._index, self._stem, self._corrector.knows)
        self._view = View(searcher, self._follower.follow(searcher), self._postings, self._corrector, builder)

    @property
    def size(self) -> int:
        """Products in the index."""
        return len(self._view.columns.living)

    def version_of(self, product_id: str) -> int | None:
        """The version of the product document that is indexed; None of a product that is not."""
        return self._view.columns.version_of(product_id)

    def search(
        self, text: str, filters: Filters, sort: str, limit: int, offset: int = 0, after: int | None = None
    ) -> Page:
        """A page of the result set; `offset` pages by relevance, `after` goes on from a sort key."""
        return self._view.search(text, filters, sort, limit, offset, after)

    def _stem(self, word: str) -> str | None:
        return next(iter(self._analyzer.analyze(word)), None)

    def suggest(self, text: str, limit: int) -> list[Hit]:
        """Products whose titles have the words typed, the last of them unfinished."""
        typed = q.words(text)
        if not typed:
            return []
        *whole, last = typed
        clauses = [(Occur.Must, q.term("ac", word)) for word in whole]
        clauses.append((Occur.Must, Query.fuzzy_term_query(q._SCHEMA, "ac", last, distance=0, prefix=True)))
        view = self._view
        return view.hits(found(Query.boolean_query(clauses), view.searcher, view.columns, limit))

    def complete(self, text: str, limit: int) -> list[str]:
        """Words that finish the last one typed, the most frequent first."""
        typed = q.words(text)
        if not typed or len(typed[-1]) < 2:
            return []
        *whole, last = typed
        terms = sorted(self._view.searcher.terms_with_prefix("ac", last), key=lambda term: -term[1])[:limit]
        return [" ".join([*whole, word]) for word, _ in terms]


class View:
    """One version of the index: what one search sees from its hits to its facets."""

    def __init__(
        self, searcher: Searcher, columns: Columns, postings: Postings, corrector: Corrector, builder: q.QueryBuilder
    ) -> None:
        self.searcher, self.columns = searcher, columns
        self._postings, self._corrector, self._builder = postings, corrector, builder
        self._words = lru_cache(REMEMBERED)(self._read_words)
        self._matches = lru_cache(REMEMBERED)(self._read_matches)
        self._facets = lru_cache(REMEMBERED)(self._count)
        self._brands = lru_cache(REMEMBERED)(self._read_brands)
        self._categories = lru_cache(REMEMBERED)(self._read_categories)
        self._having = lru_cache(REMEMBERED)(self._read_having)

    def search(self, text: str, filters: Filters, sort: str, limit: int, offset: int, after: int | None) -> Page:
        """A page, its total and its facets."""
        slots, relaxed, words = self._result(text, filters)
        counted = self._facets(text, filters) if len(slots) else facets.NONE
        if sort == "relevance" and words is not None:
            hits = self.hits(self._relevant(words, slots, offset + limit, relaxed, filters)[offset:])
        else:
            hits = self._sorted(slots, "newest" if sort == "relevance" else sort, limit, after)
        return Page(hits, len(slots), relaxed, words.corrected if words else None, counted)

    def _result(self, text: str, filters: Filters) -> tuple[Slots, bool, Words | None]:
        """The products found, in no order, and whether any word was enough."""
        words = self._words(text)
        if words is None:
            return self._narrowed(self.columns.living, filters), False, None
        strict = self._narrowed(self._matches(text, relaxed=False), filters)
        if len(strict) >= ENOUGH or words.any is None:
            return strict, False, words
        return self._narrowed(self._matches(text, relaxed=True), filters), True, words

    def _read_words(self, text: str) -> Words | None:
        given = q.words(text)
        if not given:
            return None
        corrected = self._corrector.correct(given)
        alternatives = self._builder.alternatives(q.content_words(corrected))
        code = q.code_query(text)
        every = Query.boolean_query(
            [(Occur.Should, self._builder.text(alternatives, every=True)), (Occur.Should, code)]
        )
        said = " ".join(corrected) if corrected != given else None
        if len(q.content_words(corrected)) == 1:
            return Words(alternatives, code, every, None, said)
        union = Query.boolean_query(
            [
                (Occur.Should, self._builder.text(alternatives, every=False)),
                (Occur.Should, Query.const_score_query(every, 1000.0)),
                (Occur.Should, code),
            ]
        )
        return Words(alternatives, code, every, union, said)

    def _read_matches(self, text: str, *, relaxed: bool) -> Slots:
        words = self._words(text)
        assert words is not None, "a text without words matches everything"
        matched = matching(words.alternatives, self._postings, self.searcher, self.columns, every=not relaxed)
        matched[found(words.code, self.searcher, self.columns, TOTAL_MAX)] = True
        return np.flatnonzero(matched)

    def _relevant(self, words: Words, slots: Slots, most: int, relaxed: bool, filters: Filters) -> Slots:
        """The first `most` of the result set by relevance."""
        query = words.any if relaxed and words.any is not None else words.every
        if filters == NO_FILTERS:
            return found(query, self.searcher, self.columns, most)
        wanted = np.zeros(len(self.columns.rows), np.bool_)
        wanted[slots] = True
        ordered = found(query, self.searcher, self.columns, TOTAL_MAX)
        return ordered[wanted[ordered]][:most]

    def _narrowed(self, slots: Slots, filters: Filters) -> Slots:
        columns = self.columns
        if filters.brands:
            slots = slots[self._brands(filters.brands)[columns.brand[slots]]]
        if filters.categories:
            slots = slots[self._categories(filters.categories)[columns.category[slots]]]
        if filters.price_min is not None:
            slots = slots[columns.by_price[slots] >> KEY_BITS >= filters.price_min]
        if filters.price_max is not None:
            slots = slots[columns.by_price[slots] >> KEY_BITS <= filters.price_max]
        if filters.in_stock is not None:
            slots = slots[columns.in_stock[slots] == filters.in_stock]
        for name, values in filters.attributes:
            slots = slots[self._having(name, values)[slots]]
        return slots

    def _read_brands(self, names: tuple[str, ...]) -> Ints:
        """Which brands these are."""
        return np.isin(np.arange(len(self.columns.brands)), [self.columns.brands.find(name) for name in names])

    def _read_categories(self, paths: tuple[str, ...]) -> Ints:
        """Which categories are at or below one of these paths."""
        its_paths = (text.partition(SEPARATOR)[2] for text in self.columns.categories.texts)
        below = tuple(f"{path}/" for path in paths)
        return np.array([path in paths or path.startswith(below) for path in its_paths])

    def _read_having(self, name: str, values: tuple[str, ...]) -> Ints:
        """Which slots have one of an attribute's values, numbers too."""
        having = np.zeros(len(self.columns.rows), np.bool_)
        query = q.any_of("attr_f", [f"{name}{SEPARATOR}{value}" for value in values])
        having[found(query, self.searcher, self.columns, len(having))] = True
        return having

    def _count(self, text: str, filters: Filters) -> dict[str, Any]:
        return facets.facets(self.columns, self._result(text, filters)[0])

    def _sorted(self, slots: Slots, sort: str, limit: int, after: int | None) -> list[Hit]:
        columns = self.columns
        keys = {"newest": columns.by_newest, "rating": columns.by_rating}.get(sort, columns.by_price)[slots]
        ranks = keys if sort == "price" else -keys
        if after is not None:
            behind = ranks > (after if sort == "price" else -after)
            slots, keys, ranks = slots[behind], keys[behind], ranks[behind]
        first = np.argpartition(ranks, limit)[:limit] if len(ranks) > limit else np.arange(len(ranks))
        first = first[np.argsort(ranks[first])]
        return self.hits(slots[first], keys[first])

    def hits(self, slots: Slots, keys: Ints | None = None) -> list[Hit]:
        """Hits of some slots; the key is 0 where the order is not a field's."""
        columns = self.columns
        numbers = [0] * len(slots) if keys is None else keys.tolist()
        versions, offers = columns.version[slots].tolist(), columns.offer_version[slots].tolist()
        ids = [columns.ids[slot] for slot in slots.tolist()]
        return [Hit(*one) for one in zip(ids, numbers, versions, offers, strict=True)]


def _stemming() -> Any:
    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .filter(Filter.stopword("english"))
        .filter(Filter.stemmer("english"))
        .build()
    )
