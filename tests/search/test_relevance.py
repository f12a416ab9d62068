"""Relevance on judged queries, where the real feed lies; a floor under what was reached."""

from __future__ import annotations

import msgspec
import pytest

from ops.bench.feed import feed_file, judgments_file
from ops.commands.search import Judged, best, figures, mean, read
from read_side.search.engine import Engine
from read_side.search.view import Filters
from tests.search.conftest import document, offer
from write_side.catalog.feed.opening import open_feed
from write_side.catalog.feed.reading import rows
from write_side.catalog.feed.rows import FeedProduct

NDCG_MIN = 0.81
JUDGED_ONLY_MIN = 0.91
LOSS_MAX = 0.03


@pytest.fixture(scope="module")
def judged() -> Judged:
    path = judgments_file()
    return read(path) if path and feed_file() else {}


@pytest.fixture(scope="module")
def real(judged: Judged) -> Engine:
    if not judged:
        return Engine.of([])
    with open_feed(str(feed_file()), None) as feed:
        products = [document(row) for _, row in rows(feed) if isinstance(row, FeedProduct)]
    return Engine.of(((product, 1, offer(product, True), 1) for product in products), heap_bytes=64_000_000)


def test_judged_queries_keep_their_relevance(real: Engine, judged: Judged) -> None:
    if judged:
        found = figures(judged, lambda text: [one.rpartition(":")[2] for one in best(real, text)])
        assert mean(found.everything) >= NDCG_MIN
        assert mean(found.judged_only) >= JUDGED_ONLY_MIN
        assert mean(found.losses) <= LOSS_MAX


@pytest.mark.parametrize("text", ["xbox", "night light", "nespresso", "the boys", "vans", "garmin", "netflix"])
def test_what_people_mean_is_left_alone(real: Engine, judged: Judged, text: str) -> None:
    assert not judged or real.view.search(text, Filters(), "relevance", 1).corrected_query is None


def test_a_count_of_an_attribute_is_what_its_filter_finds(real: Engine, judged: Judged) -> None:
    for text in list(judged)[:6]:
        counted = msgspec.json.decode(real.view.search(text, Filters(), "relevance", 1).facets)
        for name, values in counted["attributes"].items():
            found = _narrowed(real, text, name, values[0]["value"])
            assert found in {values[0]["count"], None}, (text, name)


def _narrowed(engine: Engine, text: str, name: str, value: str) -> int | None:
    """How many the filter finds; None where the narrower search takes in any-word hits, and so is another set."""
    before = engine.view.search(text, Filters(), "relevance", 1)
    after = engine.view.search(text, Filters(attributes=((name, (value,)),)), "relevance", 1)
    return after.total if after.relaxed == before.relaxed else None
