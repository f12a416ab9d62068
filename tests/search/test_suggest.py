"""Suggestions finish what is typed: words, categories and brands, each once."""

from __future__ import annotations

import pytest

from read_side.search.engine import Engine
from tests.search.test_ranking import document


def test_the_last_word_is_finished(engine: Engine) -> None:
    suggester = engine.view.suggester
    assert suggester.queries("noteb", 3)[0] == "notebook"
    assert suggester.queries("norvik noteb", 3)[0] == "norvik notebook"
    assert suggester.queries("headphone", 3) == ["headphones"]


def test_words_that_no_product_has_together_are_not_suggested(engine: Engine) -> None:
    assert engine.view.suggester.queries("mirrorless noteb", 3) == []


def test_singular_and_plural_are_one_suggestion() -> None:
    titles = ["Quill Speaker", "Quill Speakers", "Quill Speakers white", "Quill Speedometer"]
    shop = Engine.of((document(f"p{n}", title, "Audio > Sound"), 1, None, 0) for n, title in enumerate(titles))
    assert shop.view.suggester.queries("spe", 6) == ["speakers", "speedometer"]


@pytest.mark.parametrize(
    ("typed", "paths"),
    [
        ("noteb", ["computers/notebooks"]),
        ("comp", ["computers"]),
        ("solid st", ["storage/solid-state-drives"]),
        ("state solid", ["storage/solid-state-drives"]),
        ("nothing", []),
        ("", []),
    ],
)
def test_categories_are_found_by_words_of_their_names(engine: Engine, typed: str, paths: list[str]) -> None:
    assert [path for _, path in engine.view.suggester.categories(typed, 2)] == paths


def test_brands_are_found_by_their_beginning(engine: Engine) -> None:
    assert engine.view.suggester.brands("norv", 2) == ["Norvik"]
    assert len(engine.view.suggester.brands("h", 1)) == 1
    assert engine.view.suggester.brands("orvik", 2) == []
