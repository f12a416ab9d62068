"""What outcomes do to orders, for any order in which they come."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from write_side.orders import rules
from write_side.payments.gateways.protocol import Outcome

TOTAL = 4999
OUTCOMES = st.sampled_from(
    [
        None,
        Outcome("pi_1", "captured", TOTAL),
        Outcome("pi_1", "captured", TOTAL - 1),
        Outcome("pi_1", "requires_action", redirect_url="https://bank.test/1"),
        Outcome("pi_1", "processing"),
        Outcome("pi_1", "failed", failure_code="card_declined"),
        Outcome("pi_1", "canceled"),
    ]
)


def play(outcomes: list[Outcome | None]) -> tuple[list[str], str, str]:
    """Actions taken, and where order and payment end."""
    order, payment, actions = "pending", "processing", []
    for outcome in outcomes:
        step = rules.step(order, payment, outcome, TOTAL)
        payment = step.payment_state
        actions.append(step.action)
        if step.action == "place":
            order = "placed"
        elif step.action == "cancel" or (step.action == "refund" and order == "pending"):
            order = "canceled"
    return actions, order, payment


@given(st.lists(OUTCOMES, max_size=12))
def test_money_is_taken_once_and_never_kept_for_nothing(outcomes) -> None:
    actions, order, payment = play(outcomes)
    assert actions.count("place") + actions.count("refund") <= 1
    captured = any(outcome and outcome.state == "captured" for outcome in outcomes)
    assert (payment == "captured") == captured
    assert (order == "placed") == ("place" in actions)
    if captured and order != "placed":
        assert "refund" in actions


@given(st.lists(OUTCOMES, max_size=8), OUTCOMES)
def test_what_came_last_may_come_again(outcomes, last) -> None:
    once, twice = play([*outcomes, last]), play([*outcomes, last, last])
    assert once[1:] == twice[1:]
    assert twice[0][-1] in {"nothing", "wait"}


@given(st.lists(OUTCOMES, max_size=8))
def test_a_placed_order_is_not_canceled_by_word_of_its_payment(outcomes) -> None:
    placed = Outcome("pi_1", "captured", TOTAL)
    assert play([placed, *outcomes])[1] == "placed"


def test_late_money_for_a_canceled_order_goes_back() -> None:
    late = [Outcome("pi_1", "failed"), Outcome("pi_1", "captured", TOTAL)]
    assert play(late) == (["cancel", "refund"], "canceled", "captured")


def test_a_part_of_the_money_is_not_the_money() -> None:
    assert play([Outcome("pi_1", "captured", TOTAL - 1)]) == (["refund"], "canceled", "captured")


@given(st.integers(1, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_the_roll_up_of_payments(total, captured, refunded) -> None:
    refunded = min(refunded, captured)
    status = rules.payment_status(total, captured, refunded)
    assert (status == "paid") == (captured == total and refunded == 0)
    assert (status == "refunded") == (captured == refunded and captured > 0)
    assert (status == "none") == (captured == 0)
    assert rules.payment_status(total, captured, refunded, disputed=True) == "disputed"


def test_questions_become_rare() -> None:
    pauses = [rules.ask_again_seconds(asked) for asked in range(12)]
    assert pauses == sorted(pauses)
    assert sum(pauses[:4]) < 60, "an attempt that timed out is known within a minute"
