"""Slips are corrected, words are left alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from read_side.search.engine import Engine
from read_side.search.view import Filters
from read_side.search.vocabulary import Vocabulary

FREQUENCIES = {
    "notebook": 700, "printer": 900, "print": 400, "phone": 120, "home": 690, "charger": 60, "box": 430, "xbox": 3,
    "cartridge": 2000, "catridge": 1, "shoe": 4, "with": 50_000, "switch": 1200, "disk": 300, "desk": 80, "lamps": 9, "nespresso": 1, "espresso": 8,
}  # fmt: skip
PAIRS = {frozenset({"phone", "charger"}): 25, frozenset({"home", "charger"}): 3}


@pytest.fixture
def vocabulary() -> Vocabulary:
    vocabulary = Vocabulary()
    vocabulary.learn(FREQUENCIES, FREQUENCIES)
    return vocabulary


def together(words: Sequence[str]) -> int:
    return PAIRS.get(frozenset(words), 0)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("notebok", "notebook"),
        ("notebookk", "notebook"),
        ("motebook", "notebook"),
        ("ntoebook", "notebook"),
        ("swith", "switch"),  # no word that every text has
        ("hone charger", "phone charger"),  # what goes with the other word, not what is most frequent
        ("drsk", "disk"),
        ("shoess", "shoes"),  # a plural that no product has
        ("catridge", "cartridge"),  # a slip in the catalogue itself
        ("pritner notebok", "printer notebook"),
    ],
)
def test_a_slip_is_corrected(vocabulary: Vocabulary, typed: str, meant: str) -> None:
    assert vocabulary.correct(typed.split(), together) == meant.split()


@pytest.mark.parametrize(
    "typed",
    [
        "notebook",
        "notebooks",
        "nespresso",
        "lamp",
        "xbox",
        "x200x",
        "boxx1",
        "zz",
        "qwertyuiop",
        "with",
        "the",
        "prints",
        "shoes",
    ],
)
def test_a_word_is_left_alone(vocabulary: Vocabulary, typed: str) -> None:
    assert vocabulary.correct([typed], together) == [typed]


def test_what_is_learnt_later_is_known(vocabulary: Vocabulary) -> None:
    assert vocabulary.correct(["keybord"], together) == ["keybord"]
    vocabulary.learn(FREQUENCIES | {"keyboard": 5}, FREQUENCIES | {"keyboard": 5})
    assert vocabulary.correct(["keybord"], together) == ["keyboard"]
    vocabulary.learn(FREQUENCIES, FREQUENCIES)
    assert vocabulary.correct(["keybord"], together) == ["keybord"]


def test_beginnings_are_finished_by_what_most_titles_have(vocabulary: Vocabulary) -> None:
    assert vocabulary.beginning_with("pri", 5) == ["printer", "print"]
    assert vocabulary.beginning_with("zz", 5) == []


def test_a_typo_is_corrected_and_said(engine: Engine) -> None:
    page = engine.view.search("notebok", Filters(), "relevance", 24)
    right = engine.view.search("notebook", Filters(), "relevance", 24)
    assert (page.corrected_query, right.corrected_query) == ("notebook", None)
    assert page.hits == right.hits
    assert page.total > 0
