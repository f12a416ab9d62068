"""The search mix: the judged queries, filled up with words of titles, some of them mistyped."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final

SIZE: Final = 335
SEED: Final = 20261124
TYPO_SHARE: Final = 0.1
WORDS_MAX: Final = 4
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def judged_queries(path: Path | None) -> list[str]:
    """The distinct queries of a judgments file (`query,docid,rating`), in its order; none without a file."""
    if path is None or not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as lines:
        return list(dict.fromkeys(row["query"] for row in csv.DictReader(lines)))


def query_mix(judged: Sequence[str], titles: Sequence[str], size: int = SIZE, seed: int = SEED) -> list[str]:
    """`size` queries: the judged ones, then n-grams of 1–4 title words; one in ten has one typo.

    The same arguments give the same queries. Raises ValueError when there is nothing to draw from.
    """
    if not titles and len(judged) < size:
        raise ValueError("no titles to draw queries from")
    rng = random.Random(seed)  # noqa: S311 - repeatable, guards nothing
    queries = list(judged)[:size]
    while len(queries) < size:
        queries.append(_ngram(rng.choice(titles), rng))
    for index in rng.sample(range(size), round(size * TYPO_SHARE)):
        queries[index] = mistype(queries[index], rng)
    return queries


def _ngram(title: str, rng: random.Random) -> str:
    words = [word for word in title.lower().split() if len(word) > 1] or [title.lower()]
    length = rng.randint(1, min(WORDS_MAX, len(words)))
    start = rng.randint(0, len(words) - length)
    return " ".join(words[start : start + length])


def mistype(query: str, rng: random.Random) -> str:
    """The query with one letter dropped, doubled, swapped with the next or replaced; unchanged if short."""
    places = [index for index, letter in enumerate(query) if letter.isalpha()]
    if len(places) < 2:
        return query
    at = rng.choice(places[:-1])
    match rng.randrange(4):
        case 0:
            return query[:at] + query[at + 1 :]
        case 1:
            return query[:at] + query[at] + query[at:]
        case 2:
            return query[:at] + query[at + 1] + query[at] + query[at + 2 :]
        case _:
            return query[:at] + rng.choice(LETTERS.replace(query[at].lower(), "")) + query[at + 1 :]
