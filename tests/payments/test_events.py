"""What is believed of a webhook: a good signature, not too old, and the few types that say something of a payment."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from ops.sandbox.gateway.loops import sign
from tests.payments.support import OLDER_SECRET, SECRET, SHOP, adapter
from write_side.payments.gateways.protocol import BadSignatureError, Outcome

ORDER = uuid4()
INTENT = {
    "id": "pi_1",
    "status": "succeeded",
    "amount_received": 500,
    "metadata": {"order_id": str(ORDER), "attempt": "2"},
}


def event(type_: str, content: Any) -> bytes:
    return msgspec.json.encode({"id": "evt_1", "type": type_, "data": {"object": content}, "livemode": False})


BODY = event("payment_intent.succeeded", INTENT)


def signed(*secrets: str, body: bytes = BODY, age: int = 0) -> str:
    return sign(body, secrets, int(time.time()) - age)


@pytest.mark.parametrize("age", [0, 290])
@pytest.mark.parametrize("secrets", [(SECRET,), (OLDER_SECRET, SECRET)])
def test_a_good_signature_is_believed(age: int, secrets: tuple[str, ...]) -> None:
    read = adapter(SHOP).read_event(BODY, signed(*secrets, age=age))
    assert (read.id, read.type, read.order_id, read.attempt) == ("evt_1", "payment_intent.succeeded", ORDER, 2)
    assert read.outcome == Outcome("pi_1", "captured", 500)


def test_any_secret_of_ours_will_do() -> None:
    reader = adapter(SHOP, secrets=(OLDER_SECRET, SECRET))
    assert reader.read_event(BODY, signed(SECRET)) == reader.read_event(BODY, signed(OLDER_SECRET))


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "nonsense",
        "t=,v1=",
        f"t={int(time.time())}",
        f"t={int(time.time())},v1={'0' * 64}",
        signed(OLDER_SECRET),
        signed(SECRET, age=310),
        signed(SECRET, body=b"{}"),
        signed(SECRET).replace("v1=", "v0="),
        "t=9999999999999999999999," + signed(SECRET).partition(",")[2],
    ],
)
def test_any_other_is_not(signature: str | None) -> None:
    with pytest.raises(BadSignatureError):
        adapter(SHOP).read_event(BODY, signature)


def test_nothing_is_signed_where_no_secret_is() -> None:
    with pytest.raises(BadSignatureError):
        adapter(SHOP, secrets=()).read_event(BODY, signed(""))


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"id": "evt_1"}', event("payment_intent.succeeded", {"id": 1}), event("x" * 101, {}), b"\xff"],
)
def test_a_signed_body_that_is_no_event_is_a_fault(body: bytes) -> None:
    with pytest.raises(ValueError):
        adapter(SHOP).read_event(body, signed(SECRET, body=body))


@pytest.mark.parametrize(
    ("type_", "status", "state"),
    [
        ("payment_intent.succeeded", "succeeded", "captured"),
        ("payment_intent.payment_failed", "requires_payment_method", "failed"),
        ("payment_intent.canceled", "canceled", "canceled"),
        ("payment_intent.requires_action", "requires_action", "requires_action"),
    ],
)
def test_words_about_an_attempt(type_: str, status: str, state: str) -> None:
    read = adapter(SHOP).parse_event(event(type_, {**INTENT, "status": status}))
    assert read.outcome is not None
    assert (read.outcome.state, read.gateway_id, read.order_id, read.attempt) == (state, "pi_1", ORDER, 2)


@pytest.mark.parametrize(
    ("type_", "status", "said"),
    [
        ("charge.dispute.created", "needs_response", "opened"),
        ("charge.dispute.closed", "won", "won"),
        ("charge.dispute.closed", "lost", "lost"),
        ("charge.dispute.closed", "warning_closed", "won"),
    ],
)
def test_words_about_a_dispute(type_: str, status: str, said: str) -> None:
    read = adapter(SHOP).parse_event(event(type_, {"payment_intent": "pi_1", "status": status, "amount": 500}))
    assert (read.dispute, read.outcome, read.order_id, read.gateway_id) == (said, None, None, "pi_1")


def test_a_word_about_money_that_went_back() -> None:
    charge = {"payment_intent": "pi_1", "amount_captured": 500, "amount_refunded": 200, "metadata": INTENT["metadata"]}
    read = adapter(SHOP).parse_event(event("charge.refunded", charge))
    assert (read.refunded_minor, read.outcome, read.order_id) == (200, Outcome("pi_1", "captured", 500), ORDER)


@pytest.mark.parametrize("type_", ["customer.created", "payment_intent.created", "charge.dispute.funds_withdrawn"])
def test_other_words_say_nothing(type_: str) -> None:
    read = adapter(SHOP).parse_event(event(type_, {"whatever": True}))
    assert (read.outcome, read.dispute, read.order_id, read.gateway_id) == (None, None, None, None)


@pytest.mark.parametrize("metadata", [{}, {"order_id": "17", "attempt": "1"}, {"order_id": str(ORDER), "attempt": "x"}])
def test_an_attempt_of_another_shop_is_none_of_ours(metadata: dict[str, str]) -> None:
    read = adapter(SHOP).parse_event(event("payment_intent.succeeded", {**INTENT, "metadata": metadata}))
    assert (read.order_id, read.gateway_id) == (None, "pi_1")
