"""`techmart search eval`: relevance on judged queries."""

from __future__ import annotations

import csv
import math
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from kernel.settings import SearchSettings, load
from ops.bench.feed import judgments_file

Judged = dict[str, dict[str, int]]


@click.group()
def command() -> None:
    """Figures of search."""


@command.command("eval")
@click.option(
    "--judgments",
    type=click.Path(exists=True, path_type=Path),
    help="query,docid,rating; beside the feed when left out.",
)
def evaluate(judgments: Path | None) -> None:
    """Print NDCG@10 over judged queries (gain 2^r - 1, unjudged 0), and over judged documents alone."""
    from read_side.search.engine import Engine, Filters

    path = judgments or judgments_file()
    if path is None or not path.exists():
        click.echo("techmart: no judgments; name a file with --judgments", err=True)
        sys.exit(2)
    (settings,) = load(SearchSettings)
    engine = Engine.open(Path(settings.search_dir) / "index")
    all_documents, judged_only = [], []
    for text, ratings in read(path).items():
        hits = [hit.id for hit in engine.search(text, Filters(), "relevance", 100).hits]
        names = feed_names(hits)
        if (figure := ndcg(names, ratings)) is not None:
            all_documents.append(figure)
            judged_only.append(ndcg([name for name in names if name in ratings], ratings) or 0.0)
    click.echo(f"{len(all_documents)} queries: NDCG@10 {mean(all_documents):.3f}, judged only {mean(judged_only):.3f}")


def read(path: Path) -> Judged:
    """Ratings by query and document."""
    judged: Judged = defaultdict(dict)
    with path.open(newline="") as lines:
        for row in csv.DictReader(lines):
            judged[row["query"]][row["docid"]] = int(row["rating"])
    return judged


def feed_names(ids: Sequence[str]) -> list[str]:
    """The feed's ids of products, in order."""
    from kernel.database import SyncDatabase
    from kernel.settings import DatabaseSettings
    from ops.queries import SELECT_FEED_IDS

    database = SyncDatabase(load(DatabaseSettings)[0], size=1)
    try:
        with database.transaction() as conn:
            names: dict[str, str] = dict(conn.execute(SELECT_FEED_IDS, {"ids": list(ids)}).fetchall())
    finally:
        database.close()
    return [names.get(product_id, "").rpartition(":")[2] for product_id in ids]


def ndcg(ids: Sequence[str], ratings: Mapping[str, int]) -> float | None:
    """NDCG@10 of a ranking; None where nothing relevant was judged."""
    ideal = sum(
        (2**rating - 1) / math.log2(rank + 2) for rank, rating in enumerate(sorted(ratings.values(), reverse=True)[:10])
    )
    gained = sum((2 ** ratings.get(name, 0) - 1) / math.log2(rank + 2) for rank, name in enumerate(ids[:10]))
    return gained / ideal if ideal else None


def mean(figures: Sequence[float]) -> float:
    """Their mean; 0 of none."""
    return sum(figures) / len(figures) if figures else 0.0
