"""One version of the index: what one search sees from its hits to its facets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
from msgspec import Raw
from numpy.typing import NDArray
from tantivy import Searcher

from read_side.search import facets, ranking
from read_side.search import query as q
from read_side.search.arrays import Ints, Slots
from read_side.search.columns import Columns
from read_side.search.fields import KEY_BITS, SEPARATOR
from read_side.search.matching import NO_MATCHES, Matches, with_all_words, with_any_word
from read_side.search.postings import Posting, Postings, found
from read_side.search.reading import Reading, read
from read_side.search.suggest import Suggester
from read_side.search.vocabulary import Vocabulary
from read_side.search.words import stem

ENOUGH: Final = 24
"""Fewer hits with all words than this, and any-word hits follow them."""

TOTAL_MAX: Final = 100_000
KEPT: Final = 256
"""Filters whose products, and lists without words whose facets, are kept until the next version."""

ALL_WORDS: Final = np.float32(1000.0)
"""What puts a product with all words before those with some."""

CODE: Final = np.float32(10_000.0)
"""What puts a product before all others whose code was typed."""


@dataclass(frozen=True)
class Filters:
    """What a result set is narrowed by; prices in minor units, both ends included."""

    brands: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    price_min: int | None = None
    price_max: int | None = None
    in_stock: bool | None = None
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Hit(NamedTuple):
    """A product found, the versions it was indexed with, and where the next page goes on from it."""

    id: str
    key: int
    version: int
    offer_version: int


class Page(NamedTuple):
    """One page of a result set with what is true of the whole set."""

    hits: list[Hit]
    total: int
    relaxed: bool
    corrected_query: str | None
    facets: Raw


class Found(NamedTuple):
    """A result set; scores where words were asked for, and what puts some products before others whatever their scores."""

    matches: Matches
    reading: Reading | None = None
    relaxed: bool = False
    leads: NDArray[np.float32] | None = None


class View:
    """Searches one version. No answer to a text is kept: only what single words and single filters find."""

    def __init__(self, searcher: Searcher, columns: Columns, postings: Postings, vocabulary: Vocabulary) -> None:
        self.searcher, self.columns = searcher, columns
        self._postings, self._vocabulary = postings, vocabulary
        self._kinds = ranking.Kinds(columns.categories.texts)
        self._brands = lru_cache(KEPT)(self._read_brands)
        self._categories = lru_cache(KEPT)(self._read_categories)
        self._having = lru_cache(KEPT)(self._read_having)
        self._list_facets = lru_cache(KEPT)(self._count_list)

    def search(
        self,
        text: str,
        filters: Filters,
        sort: str,
        limit: int,
        offset: int = 0,
        after: int | None = None,
        without: Collection[str] = (),
        *,
        relaxed: bool | None = None,
        counted: bool = True,
    ) -> Page:
        """A page, its total and, if `counted`, its facets.

        Products `without` are treated as if they were not indexed; `relaxed` says whether any word is enough, instead of
        the number of hits.
        """
        result = self.find(text, filters, without, relaxed)
        slots, reading = result.matches.slots, result.reading
        if sort == "relevance" and reading is not None:
            hits = self.hits(self._relevant(result, offset, limit))
        else:
            hits = self._sorted(slots, "newest" if sort == "relevance" else sort, limit, after)
        corrected = reading.corrected if reading else None
        if not counted:
            return Page(hits, len(slots), result.relaxed, corrected, facets.NONE)
        is_list = reading is None and not without
        its_facets = self._list_facets(filters) if is_list else facets.facets(self.columns, slots)
        return Page(hits, len(slots), result.relaxed, corrected, its_facets)

    def find(self, text: str, filters: Filters, without: Collection[str] = (), relaxed: bool | None = None) -> Found:
        """The result set: products with all words or, where these are few, with any."""
        reading = read(text, self._vocabulary, self.together)
        if reading is None:
            living = self.columns.living
            return Found(self._narrowed(Matches(living, np.zeros(len(living), np.float32)), filters, without))
        count = len(self.columns.rows)
        strict = self._alive(with_all_words(reading.alternatives, self._posting, count), filters, without)
        coded = self._coded(reading.code, filters, without)
        if relaxed is None:
            relaxed = len(strict.slots) < ENOUGH
        if not relaxed or len(reading.stems) < 2:
            return self._led(Found(strict, reading), NO_MATCHES.slots, coded)
        loose = self._alive(with_any_word(reading.alternatives, self._posting, count), filters, without)
        return self._led(Found(loose, reading, relaxed=True), strict.slots, coded)

    def _led(self, found: Found, strict: Slots, coded: Slots) -> Found:
        """The set with those products first that have all words, and before these those whose code was typed."""
        if not len(strict) and not len(coded):
            return found
        leads, matches = np.zeros(len(self.columns.rows), np.float32), found.matches
        leads[strict], leads[coded] = ALL_WORDS, CODE
        if len(coded):
            missing = np.setdiff1d(coded, matches.slots)
            ones = np.ones(len(missing), np.float32)
            matches = Matches(np.append(matches.slots, missing), np.append(matches.scores, ones))
        return found._replace(matches=matches, leads=leads[matches.slots])

    def _relevant(self, result: Found, offset: int, limit: int) -> Slots:
        assert result.reading is not None, "without words nothing is more relevant"
        scores = ranking.relevance(result.matches, result.reading.stems, self._kinds, self.columns)
        if result.leads is not None:
            scores += result.leads
        return ranking.first(scores, result.matches.slots, self.columns, offset, limit)

    def _posting(self, one: str) -> Posting:
        return self._postings.of(one, self.searcher, self.columns)

    @cached_property
    def suggester(self) -> Suggester:
        """What finishes a text that is being typed."""
        return Suggester(self.columns, self._vocabulary, self.together)

    def together(self, words: Sequence[str]) -> int:
        """How many products are named with all these words."""
        each = [stem(word) for word in words]
        query = q.named_together([one for one in each if one])
        counted: Any = self.searcher.search(query, limit=1, count=True)
        return int(counted.count) if all(each) else 0

    def _coded(self, code: str, filters: Filters, without: Collection[str]) -> Slots:
        """Products with this SKU, EAN or maker's code."""
        if not self.searcher.doc_freq("code", code):
            return NO_MATCHES.slots
        slots = found(q.term("code", code), self.searcher, self.columns, TOTAL_MAX)
        return self._narrowed(Matches(slots, np.ones(len(slots), np.float32)), filters, without).slots

    def _alive(self, matches: Matches, filters: Filters, without: Collection[str]) -> Matches:
        return self._narrowed(matches.kept(self.columns.live[matches.slots]), filters, without)

    def _narrowed(self, matches: Matches, filters: Filters, without: Collection[str]) -> Matches:
        columns = self.columns
        if filters.brands:
            matches = matches.kept(self._brands(filters.brands)[columns.brand[matches.slots]])
        if filters.categories:
            matches = matches.kept(self._categories(filters.categories)[columns.category[matches.slots]])
        if filters.price_min is not None:
            matches = matches.kept(columns.by_price[matches.slots] >> KEY_BITS >= filters.price_min)
        if filters.price_max is not None:
            matches = matches.kept(columns.by_price[matches.slots] >> KEY_BITS <= filters.price_max)
        if filters.in_stock is not None:
            matches = matches.kept(columns.in_stock[matches.slots] == filters.in_stock)
        for name, values in filters.attributes:
            matches = matches.kept(self._having(name, values)[matches.slots])
        if without:
            left_out = [slot for one in without if (slot := columns.slot(one)) is not None]
            matches = matches.kept(~np.isin(matches.slots, left_out))
        return matches

    def _read_brands(self, names: tuple[str, ...]) -> NDArray[np.bool_]:
        """Which brands these are."""
        return np.isin(np.arange(len(self.columns.brands)), [self.columns.brands.find(name) for name in names])

    def _read_categories(self, paths: tuple[str, ...]) -> NDArray[np.bool_]:
        """Which categories are at or below one of these paths."""
        its_paths = (text.partition(SEPARATOR)[2] for text in self.columns.categories.texts)
        below = tuple(f"{path}/" for path in paths)
        return np.array([path in paths or path.startswith(below) for path in its_paths], np.bool_)

    def _read_having(self, name: str, values: tuple[str, ...]) -> NDArray[np.bool_]:
        """Which slots have one of an attribute's values."""
        having = np.zeros(len(self.columns.rows), np.bool_)
        query = q.any_of("attr_f", [f"{name}{SEPARATOR}{value}" for value in values])
        having[found(query, self.searcher, self.columns, len(having))] = True
        return having

    def _count_list(self, filters: Filters) -> Raw:
        return facets.facets(self.columns, self.find("", filters).matches.slots)

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
