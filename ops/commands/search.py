"""`techmart search eval`: relevance on judged queries, as they are and with a slip in each."""

from __future__ import annotations

import csv
import math
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kernel.settings import SearchSettings, load
from ops.bench.feed import judgments_file

if TYPE_CHECKING:
    from read_side.search.engine import Engine

Judged = dict[str, dict[str, int]]
Search = Callable[[str], Sequence[str]]
"""The feed's ids of the products that a text finds, the most relevant first."""

LOOKED_AT: Final = 100
SLIPS: Final = 10
"""Sets of mistyped queries that the loss is averaged over: one set says little, a slip may hit any word."""

MISTYPED_MIN: Final = 4
"""Letters of a word worth mistyping: of a shorter one nobody can tell what was meant."""

LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Figures:
    """What the judged queries gave: NDCG@10 by query, and the loss of each set of mistyped ones."""

    everything: list[float]
    judged_only: list[float]
    losses: list[float]

    def lines(self) -> Iterable[str]:
        """The figures as people read them."""
        halves = " / ".join(f"{mean(self.everything[half::2]):.3f}" for half in (0, 1))
        yield f"{len(self.everything)} queries: NDCG@10 {mean(self.everything):.3f} (even / odd {halves})"
        yield f"judged documents alone: NDCG@10 {mean(self.judged_only):.3f}"
        yield (
            f"one slip a query, {len(self.losses)} seeds: loses {mean(self.losses):.3f} "
            f"({min(self.losses):.3f} to {max(self.losses):.3f})"
        )


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
    """Print NDCG@10 over judged queries (gain 2^r - 1, unjudged 0), over judged documents alone, and what slips cost."""
    from read_side.search.engine import Engine

    path = judgments or judgments_file()
    if path is None or not path.exists():
        click.echo("techmart: no judgments; name a file with --judgments", err=True)
        sys.exit(2)
    (settings,) = load(SearchSettings)
    names = feed_names()
    engine = Engine.open(Path(settings.search_dir) / "index")
    for line in figures(read(path), lambda text: [names.get(one, "") for one in best(engine, text)]).lines():
        click.echo(line)


def best(engine: Engine, text: str) -> list[str]:
    """Ids of the products a text finds, without filters."""
    from read_side.search.view import Filters

    page = engine.view.search(text, Filters(), "relevance", LOOKED_AT, counted=False)
    return [hit.id for hit in page.hits]


def figures(judged: Judged, search: Search, slips: int = SLIPS) -> Figures:
    """Figures of every query that has something relevant."""
    clean, judged_only = {}, []
    for text, ratings in judged.items():
        found = search(text)
        if (figure := ndcg(found, ratings)) is not None:
            clean[text] = figure
            judged_only.append(ndcg([one for one in found if one in ratings], ratings) or 0.0)
    losses = [_loss(judged, clean, search, random.Random(seed)) for seed in range(slips)]  # noqa: S311 - repeatable
    return Figures(list(clean.values()), judged_only, losses)


def _loss(judged: Judged, clean: Mapping[str, float], search: Search, rng: random.Random) -> float:
    """What the queries lose with one slip each, on average over those that have a word to mistype."""
    lost = []
    for text, figure in clean.items():
        mistyped = with_slip(text, rng)
        if mistyped is not None:
            lost.append(figure - (ndcg(search(mistyped), judged[text]) or 0.0))
    return mean(lost)


def with_slip(text: str, rng: random.Random) -> str | None:
    """A text with one letter too many, too few, another, or two swapped; None of one without a word for it."""
    words = text.split()
    places = [at for at, word in enumerate(words) if len(word) >= MISTYPED_MIN and word.isalpha()]
    if not places:
        return None
    at = rng.choice(places)
    words[at] = _mistyped(words[at], rng)
    return " ".join(words)


def _mistyped(word: str, rng: random.Random) -> str:
    at, letter = rng.randrange(len(word)), rng.choice(LETTERS)
    match rng.randrange(4):
        case 0:
            return word[:at] + letter + word[at:]
        case 1:
            return word[:at] + word[at + 1 :]
        case 2 if letter != word[at]:
            return word[:at] + letter + word[at + 1 :]
        case 3 if at + 1 < len(word) and word[at] != word[at + 1]:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case _:
            return _mistyped(word, rng)


def read(path: Path) -> Judged:
    """Ratings by query and document."""
    judged: Judged = defaultdict(dict)
    with path.open(newline="") as lines:
        for row in csv.DictReader(lines):
            judged[row["query"]][row["docid"]] = int(row["rating"])
    return judged


def feed_names() -> dict[str, str]:
    """The feed's ids of all products, by ours."""
    from kernel.database import SyncDatabase
    from kernel.settings import DatabaseSettings
    from ops.queries import SELECT_FEED_IDS

    database = SyncDatabase(load(DatabaseSettings)[0], size=1)
    try:
        with database.transaction() as conn:
            rows = conn.execute(SELECT_FEED_IDS).fetchall()
    finally:
        database.close()
    return {product_id: name.rpartition(":")[2] for product_id, name in rows}


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
