"""Searching the index: hits, total and facets of one result set, and suggestions.

Nothing here touches a database. An instance belongs to one version of the index; `Engine.reload` makes it see the next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from tantivy import Filter, Index, Occur, Order, Query, Searcher, TextAnalyzerBuilder, Tokenizer

from read_side.search import query as q
from read_side.search.corrector import Corrector
from read_side.search.fields import SEPARATOR
from read_side.search.schema import open_index

ENOUGH: Final = 24
"""Fewer hits with all words than this, and any-word hits follow them."""

TOTAL_MAX: Final = 100_000
FACET_VALUES: Final = 50
FACET_ATTRIBUTES: Final = 10
ATTRIBUTE_VALUES_READ: Final = 150
PRICE_STEPS: Final = (1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000)
SORTS: Final = {
    "newest": ("by_newest", Order.Desc),
    "price": ("by_price", Order.Asc),
    "-price": ("by_price", Order.Desc),
    "rating": ("by_rating", Order.Desc),
}


@dataclass(frozen=True)
class Filters:
    """What a result set is narrowed by; prices in minor units, both ends included."""

    brands: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    price_min: int | None = None
    price_max: int | None = None
    in_stock: bool | None = None
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()


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
class Understood:
    """A query's words as searched, and the query they make."""

    query: Query
    relaxed: bool
    corrected: str | None


class Engine:
    """Searches one index folder. Thread-safe: readers share the mapped index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._analyzer = _stemming()
        self._searcher: Searcher
        self._corrector = Corrector({})
        self.reload()

    @classmethod
    def open(cls, folder: Path) -> Engine:
        """The engine over a folder's index."""
        return cls(open_index(folder))

    def reload(self, *, vocabulary: bool = True) -> None:
        """See what was committed; the vocabulary is read again only now and then."""
        self._index.reload()
        self._searcher = self._index.searcher()
        if vocabulary:
            self._corrector = Corrector(dict(self._searcher.terms_with_prefix("vocabulary", "")))
        self._understand.cache_clear()
        self._facets.cache_clear()

    @property
    def size(self) -> int:
        """Documents in the index."""
        return self._searcher.num_docs

    def search(
        self, text: str, filters: Filters, sort: str, limit: int, offset: int = 0, after: int | None = None
    ) -> Page:
        """A page of the result set; `offset` pages by relevance, `after` goes on from a sort key."""
        understood = self._understand(text, filters)
        found, total = self._hits(understood.query, text, sort, limit, offset, after)
        facets = self._facets(text, filters) if total else _NO_FACETS
        return Page(found, total, understood.relaxed, understood.corrected, facets)

    def _hits(
        self, query: Query, text: str, sort: str, limit: int, offset: int, after: int | None
    ) -> tuple[list[Hit], int]:
        if sort == "relevance" and text:
            result = self._searcher.search(query, limit=limit, offset=offset, count=True)
            return [self._hit(address, 0) for _, address in result.hits], result.count or 0
        name, order = SORTS["newest" if sort == "relevance" else sort]
        total = None
        narrowed = query
        if after is not None:
            low, high = (after + 1, None) if order == Order.Asc else (None, after - 1)
            narrowed = Query.boolean_query([(Occur.Must, query), (Occur.Must, q.between(name, low, high))])
            total = self._searcher.search(query, limit=1, count=True).count
        result = self._searcher.search(narrowed, limit=limit, count=total is None, order_by_field=name, order=order)
        hits = [self._hit(address, int(key)) for key, address in result.hits]
        return hits, total if total is not None else result.count or 0

    def _hit(self, address: Any, key: int) -> Hit:
        stored = self._searcher.doc(address)
        return Hit(stored["id"][0], key, stored["version"][0], stored["offer_version"][0])

    @lru_cache(maxsize=256)  # noqa: B019 - cleared at each reload; paging asks the same again
    def _understand(self, text: str, filters: Filters) -> Understood:
        narrowing = _filters(filters)
        given = q.words(text)
        if not given:
            return Understood(_narrowed(Query.all_query(), narrowing), relaxed=False, corrected=None)
        corrected = self._corrector.correct(given)
        builder = q.QueryBuilder(self._index, self._stem, self._corrector.knows)
        found = q.content_words(corrected)
        code = q.code_query(text)
        every = Query.boolean_query([(Occur.Should, builder.text(found, every=True)), (Occur.Should, code)])
        words = " ".join(corrected) if corrected != given else None
        strict = _narrowed(every, narrowing)
        if self._searcher.search(strict, limit=1, count=True).count >= ENOUGH or len(found) == 1:
            return Understood(strict, relaxed=False, corrected=words)
        union = Query.boolean_query(
            [
                (Occur.Should, builder.text(found, every=False)),
                (Occur.Should, Query.const_score_query(every, 1000.0)),
                (Occur.Should, code),
            ]
        )
        return Understood(_narrowed(union, narrowing), relaxed=True, corrected=words)

    def _stem(self, word: str) -> str | None:
        return next(iter(self._analyzer.analyze(word)), None)

    @lru_cache(maxsize=256)  # noqa: B019 - as above: every page of a result set has the same facets
    def _facets(self, text: str, filters: Filters) -> dict[str, Any]:
        answer = self._searcher.aggregate(self._understand(text, filters).query, _AGGREGATIONS)
        categories = [_category(bucket) for bucket in answer["category"]["buckets"]]
        return {
            "brand": [
                {"value": bucket["key"], "count": int(bucket["doc_count"])} for bucket in answer["brand"]["buckets"]
            ],
            "category": categories,
            "price": [_price(bucket) for bucket in answer["price"]["buckets"] if bucket["doc_count"]],
            "attributes": _attributes(answer["attributes"]["buckets"]),
        }

    def suggest(self, text: str, limit: int) -> list[Hit]:
        """Products whose titles have the words typed, the last of them unfinished."""
        typed = q.words(text)
        if not typed:
            return []
        *whole, last = typed
        clauses = [(Occur.Must, q.term("ac", word)) for word in whole]
        clauses.append((Occur.Must, Query.fuzzy_term_query(q._SCHEMA, "ac", last, distance=0, prefix=True)))
        result = self._searcher.search(Query.boolean_query(clauses), limit=limit, count=False)
        return [self._hit(address, 0) for _, address in result.hits]

    def complete(self, text: str, limit: int) -> list[str]:
        """Words that finish the last one typed, the most frequent first."""
        typed = q.words(text)
        if not typed or len(typed[-1]) < 2:
            return []
        *whole, last = typed
        terms = sorted(self._searcher.terms_with_prefix("ac", last), key=lambda term: -term[1])[:limit]
        return [" ".join([*whole, word]) for word, _ in terms]

    def versions(self) -> dict[str, tuple[int, int]]:
        """Product and offer version of every document in the index."""
        found = self._searcher.search(Query.all_query(), limit=max(1, self.size), count=False)
        documents = (self._searcher.doc(address) for _, address in found.hits)
        return {str(d["id"][0]): (int(d["version"][0]), int(d["offer_version"][0])) for d in documents}


_NO_FACETS: Final[dict[str, Any]] = {"brand": [], "category": [], "price": [], "attributes": {}}
_AGGREGATIONS: Final[dict[str, Any]] = {
    "brand": {"terms": {"field": "brand_f", "size": FACET_VALUES, "segment_size": 5000}},
    "category": {"terms": {"field": "cat_f", "size": FACET_VALUES, "segment_size": 5000}},
    "price": {
        "range": {
            "field": "price",
            "ranges": [
                {"to": PRICE_STEPS[0]},
                *({"from": low, "to": high} for low, high in pairwise(PRICE_STEPS)),
                {"from": PRICE_STEPS[-1]},
            ],
        }
    },
    "attributes": {"terms": {"field": "facet_f", "size": ATTRIBUTE_VALUES_READ, "segment_size": 2000}},
}


def _stemming() -> Any:
    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .filter(Filter.stopword("english"))
        .filter(Filter.stemmer("english"))
        .build()
    )


def _filters(filters: Filters) -> list[Query]:
    found = []
    if filters.brands:
        found.append(q.any_of("brand_f", filters.brands))
    if filters.categories:
        found.append(q.any_of("path", filters.categories))
    if filters.price_min is not None or filters.price_max is not None:
        found.append(q.between("price", filters.price_min, filters.price_max))
    if filters.in_stock is not None:
        wanted = int(filters.in_stock)
        found.append(q.between("in_stock", wanted, wanted))
    for name, values in filters.attributes:
        found.append(q.any_of("attr_f", [f"{name}{SEPARATOR}{value}" for value in values]))
    return found


def _narrowed(query: Query, narrowing: Sequence[Query]) -> Query:
    if not narrowing:
        return query
    return Query.boolean_query([(Occur.Must, query), *((Occur.Must, one) for one in narrowing)])


def _category(bucket: Mapping[str, Any]) -> dict[str, Any]:
    label, _, path = str(bucket["key"]).partition(SEPARATOR)
    return {"value": label, "path": path, "count": int(bucket["doc_count"])}


def _price(bucket: Mapping[str, Any]) -> dict[str, Any]:
    low, high = bucket.get("from"), bucket.get("to")
    return {
        "from": None if low is None else int(low),
        "to": None if high is None else int(high),
        "count": int(bucket["doc_count"]),
    }


def _attributes(buckets: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    values: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for bucket in buckets:
        name, _, value = str(bucket["key"]).partition(SEPARATOR)
        values[name].append({"value": value, "count": int(bucket["doc_count"])})
    frequent = sorted(values, key=lambda name: (-sum(value["count"] for value in values[name]), name))
    return {name: values[name][:FACET_VALUES] for name in frequent[:FACET_ATTRIBUTES]}
