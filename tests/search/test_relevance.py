"""Relevance on judged queries, where the real feed lies; a floor under what was reached."""

from __future__ import annotations

import pytest

from ops.bench.feed import feed_file, judgments_file
from ops.commands.search import Judged, mean, ndcg, read
from read_side.search.engine import Engine, Filters
from read_side.search.fields import index_document
from read_side.search.schema import memory_index
from tests.search.conftest import document, offer
from write_side.catalog.feed.opening import open_feed
from write_side.catalog.feed.reading import rows
from write_side.catalog.feed.rows import FeedProduct

NDCG_MIN = 0.74
JUDGED_ONLY_MIN = 0.81


@pytest.fixture(scope="module")
def judged() -> Judged:
    path = judgments_file()
    return read(path) if path and feed_file() else {}


@pytest.fixture(scope="module")
def real(judged: Judged) -> Engine:
    index = memory_index()
    if judged:
        writer = index.writer(64_000_000, 1)
        with open_feed(str(feed_file()), None) as feed:
            products = [document(row) for _, row in rows(feed) if isinstance(row, FeedProduct)]
        for number, product in enumerate(products):
            writer.add_document(index_document(product, 1, offer(product, True), 1, number))
        writer.commit()
        writer.wait_merging_threads()
    return Engine(index)


def test_judged_queries_keep_their_relevance(real: Engine, judged: Judged) -> None:
    everything, judged_only = [], []
    for text, ratings in judged.items():
        hits = real.search(text, Filters(), "relevance", 100).hits
        names = [hit.id.rpartition(":")[2] for hit in hits]
        if (figure := ndcg(names, ratings)) is not None:
            everything.append(figure)
            judged_only.append(ndcg([name for name in names if name in ratings], ratings) or 0.0)
    assert not judged or mean(everything) >= NDCG_MIN
    assert not judged or mean(judged_only) >= JUDGED_ONLY_MIN


def test_a_count_of_an_attribute_is_what_its_filter_finds(real: Engine, judged: Judged) -> None:
    for text in list(judged)[:6]:
        for name, values in real.search(text, Filters(), "relevance", 1).facets["attributes"].items():
            found = _narrowed(real, text, name, values[0]["value"])
            assert found in {values[0]["count"], None}, (text, name)


def _narrowed(engine: Engine, text: str, name: str, value: str) -> int | None:
    """How many the filter finds; None where the narrower search takes in any-word hits, and so is another set."""
    before = engine.search(text, Filters(), "relevance", 1)
    after = engine.search(text, Filters(attributes=((name, (value,)),)), "relevance", 1)
    return after.total if after.relaxed == before.relaxed else None
