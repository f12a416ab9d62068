"""Tantivy alone: the same index and queries in one process, without HTTP, cards and suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from tantivy import Filter, Query, Searcher, TextAnalyzerBuilder, Tokenizer

from ops.bench.accounting import own_cpu
from ops.bench.context import BenchContext
from ops.bench.figures import per_unit_ms
from ops.bench.row import Limit, RowUnavailableError
from ops.verify.audits.index import index_folder
from read_side.search.query import QueryBuilder, content_words, words
from read_side.search.schema import open_index

ROUNDS: Final = 2
PAGE: Final = 24
PRICES: Final = (0.0, 1e3, 2.5e3, 5e3, 1e4, 2.5e4, 5e4, 1e5)
FACETS: Final[dict[str, Any]] = {
    "brand": {"terms": {"field": "brand_f", "size": 50}},
    "category": {"terms": {"field": "cat_f", "size": 50}},
    "price": {
        "range": {
            "field": "price",
            "ranges": [{"from": low, "to": high} for low, high in pairwise(PRICES)],
        }
    },
}


def engine_alone(context: BenchContext, queries: Sequence[str]) -> Limit:
    """CPU per query for 24 hits, their number and the facets of brand, category and price."""
    folder = index_folder(Path(context.env["TECHMART_SEARCH_DIR"]))
    if folder is None:
        raise RowUnavailableError("the search node has no index yet")
    engine = Engine(folder)
    for query in queries:
        engine.search(query)
    began = own_cpu()
    for _ in range(ROUNDS):
        for query in queries:
            engine.search(query)
    cpu = per_unit_ms(own_cpu() - began, ROUNDS * len(queries))
    return Limit(what="Tantivy alone", value=cpu, unit="ms CPU")


class Engine:
    """The index, asked as the shop asks it."""

    def __init__(self, folder: Path) -> None:
        index = open_index(folder)
        self._searcher: Searcher = index.searcher()
        self._analyzer = (
            TextAnalyzerBuilder(Tokenizer.simple())
            .filter(Filter.lowercase())
            .filter(Filter.ascii_fold())
            .filter(Filter.stopword("english"))
            .filter(Filter.stemmer("english"))
            .build()
        )
        self._builder = QueryBuilder(index, self._stem, lambda _word: False)

    def search(self, text: str) -> int:
        """Hits of all words, of any where those are too few; returns how many there are."""
        found = content_words(words(text))
        query = self._builder.text(found, every=True)
        result: Any = self._searcher.search(query, limit=PAGE, count=True)
        if result.count < PAGE:
            query = self._builder.text(found, every=False)
            result = self._searcher.search(query, limit=PAGE, count=True)
        self._facets(query)
        return int(result.count)

    def _facets(self, query: Query) -> Any:
        return self._searcher.aggregate(query, FACETS)

    def _stem(self, word: str) -> str | None:
        stems = self._analyzer.analyze(word)
        return stems[0] if stems else None
