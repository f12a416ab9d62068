"""Tantivy alone: the same index and queries in one process, without facets, cards and HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tantivy import Occur, Query, Searcher

from ops.bench.accounting import own_cpu
from ops.bench.context import BenchContext
from ops.bench.figures import per_unit_ms
from ops.bench.row import Limit, RowUnavailableError
from ops.verify.audits.index import index_folder
from read_side.search.query import word as word_query
from read_side.search.schema import open_index
from read_side.search.words import content_words, stem, words

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
    """The index, asked for all words of a query, and for any where those find too few."""

    def __init__(self, folder: Path) -> None:
        self._searcher: Searcher = open_index(folder).searcher()

    def search(self, text: str) -> int:
        """How many products the words find, the first of them ranked."""
        stems = [found for word in content_words(words(text)) if (found := stem(word))]
        count = self._count(stems, Occur.Must)
        return count if count >= PAGE else self._count(stems, Occur.Should)

    def _count(self, stems: Sequence[str], occur: Occur) -> int:
        query = Query.boolean_query([(occur, word_query(one)) for one in stems])
        result: Any = self._searcher.search(query, limit=PAGE, count=True)
        return int(result.count)
