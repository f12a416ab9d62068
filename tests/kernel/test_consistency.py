"""The Consistency-Token: last eight commands, a minute, no forgery."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from kernel.consistency import COMMANDS_MAX, LIFE_SECONDS, ConsistencyTokens
from kernel.ids import uuid7

TOKENS = ConsistencyTokens("a secret of the tests alone")


@given(st.integers(1, 20))
def test_the_last_commands_are_kept_in_order(count: int) -> None:
    token, commands = None, [uuid7() for _ in range(count)]
    for command in commands:
        token = TOKENS.merge(token, command)
    assert TOKENS.parse(token) == commands[-COMMANDS_MAX:]


def test_a_command_that_wrote_nothing_is_not_named() -> None:
    command = uuid7()
    assert TOKENS.parse(TOKENS.merge(TOKENS.merge(None, command), None)) == [command]
    assert TOKENS.parse(TOKENS.merge(None, None)) == []


@given(st.text(max_size=500))
def test_any_text_is_as_good_as_none(text: str) -> None:
    assert TOKENS.parse(text) == []


@given(st.data())
def test_a_changed_token_is_as_good_as_none(data: st.DataObject) -> None:
    token = TOKENS.merge(None, uuid7())
    at = data.draw(st.integers(0, len(token) - 3))
    other = "A" if token[at] != "A" else "B"
    assert TOKENS.parse(token[:at] + other + token[at + 1 :]) == []


def test_a_token_of_another_secret_is_as_good_as_none() -> None:
    assert ConsistencyTokens("another secret of theirs").parse(TOKENS.merge(None, uuid7())) == []


def test_a_command_is_forgotten_after_a_minute() -> None:
    with patch("kernel.consistency.time.time", return_value=1_000_000.0):
        token = TOKENS.merge(None, uuid7())
        assert len(TOKENS.parse(token)) == 1
    with patch("kernel.consistency.time.time", return_value=1_000_000.0 + LIFE_SECONDS + 1):
        assert TOKENS.parse(token) == []
