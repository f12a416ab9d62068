"""Tantivy alone: the same index and queries in one process, without facets, cards and HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tantivy import Filter, Searcher, TextAnalyzerBuilder, Tokenizer

from ops.bench.accounting import own_cpu
from ops.bench.context import BenchContext
from ops.bench.figures import per_unit_ms
from ops.bench.row import Limit, RowUnavailableError
from ops.verify.audits.index import index_folder
from read_side.search.query import QueryBuilder, content_words, words
from read_side.search.schema import open_index

ROUNDS: Final = 2
PAGE: Final = 24


def engine_alone(context: BenchContext, queries: Sequence[str]) -> Limit:
    """CPU per query for 24 hits and their number."""
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
        found = self._builder.alternatives(content_words(words(text)))
        query = self._builder.text(found, every=True)
        result: Any = self._searcher.search(query, limit=PAGE, count=True)
        if result.count < PAGE:
            query = self._builder.text(found, every=False)
            result = self._searcher.search(query, limit=PAGE, count=True)
        return int(result.count)

    def _stem(self, word: str) -> str | None:
        stems = self._analyzer.analyze(word)
        return stems[0] if stems else None
