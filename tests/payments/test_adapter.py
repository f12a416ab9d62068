"""The adapter against the sandbox's process: every script, every way a call may go wrong."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import httpx
import pytest

from kernel.settings import PaymentSettings
from tests.payments.support import KEY, SECRET, SHOP, Sandbox, adapter, ask, charge_of
from tests.support.stack import free_port
from write_side.payments.gateways import open_gateways
from write_side.payments.gateways.protocol import GatewayRefusedError, GatewayUncertainError


def test_a_charge_is_captured_once_for_its_key(sandbox: Sandbox) -> None:
    charge = charge_of("tok_ok")
    first = sandbox.ask(lambda gateway: gateway.charge(charge))
    assert (first.state, first.captured_minor, first.redirect_url) == ("captured", 12999, None)
    assert sandbox.ask(lambda gateway: gateway.charge(charge)) == first
    entry = sandbox.entry(charge)
    assert (entry["id"], entry["captured"], entry["refunded"]) == (first.gateway_id, 12999, 0)
    assert entry["metadata"] == {"order_id": str(charge.order_id), "attempt": "1", "number": "TM-100001"}
    event = sandbox.heard("payment_intent.succeeded", charge, first.gateway_id)
    assert (event.order_id, event.attempt, event.outcome) == (charge.order_id, 1, first)


def test_one_key_many_times_at_once(sandbox: Sandbox) -> None:
    charge = charge_of("tok_ok")

    async def fifty(gateway):
        return await asyncio.gather(*(gateway.charge(charge) for _ in range(50)))

    outcomes = sandbox.ask(fifty)
    assert len(set(outcomes)) == 1
    assert sandbox.entry(charge)["captured"] == 12999


def test_a_key_belongs_to_one_request(sandbox: Sandbox) -> None:
    order_id = uuid4()
    sandbox.ask(lambda gateway: gateway.charge(charge_of("tok_ok", order_id=order_id)))
    with pytest.raises(GatewayRefusedError, match="IdempotencyError"):
        sandbox.ask(lambda gateway: gateway.charge(charge_of("tok_ok", order_id=order_id, amount=1)))


def test_a_decline_is_an_outcome(sandbox: Sandbox) -> None:
    charge = charge_of("tok_decline")
    outcome = sandbox.ask(lambda gateway: gateway.charge(charge))
    assert (outcome.state, outcome.captured_minor, outcome.failure_code) == ("failed", 0, "generic_decline")
    assert sandbox.ask(lambda gateway: gateway.look_up(outcome.gateway_id)) == outcome
    assert sandbox.heard("payment_intent.payment_failed", charge, outcome.gateway_id).outcome == outcome


@pytest.mark.parametrize(
    ("answer", "state", "code", "status"),
    [
        ("approve", "captured", None, "succeeded"),
        ("refuse", "failed", "payment_intent_authentication_failure", "failed"),
    ],
)
def test_the_buyer_decides_at_the_bank(
    sandbox: Sandbox, answer: str, state: str, code: str | None, status: str
) -> None:
    charge = charge_of("tok_3ds")
    asked = sandbox.ask(lambda gateway: gateway.charge(charge))
    assert (asked.state, asked.captured_minor) == ("requires_action", 0)
    assert asked.redirect_url
    assert asked.redirect_url.startswith(sandbox.url)
    assert sandbox.heard("payment_intent.requires_action", charge, asked.gateway_id).outcome == asked

    page = httpx.get(asked.redirect_url)
    assert '<button class="yes" name="answer" value="approve">' in page.text
    assert "129.99 USD" in page.text
    back = httpx.post(asked.redirect_url, data={"answer": answer}).text
    assert f'<form method="post" action="{charge.return_url}">' in back
    assert f'name="payment_intent" value="{asked.gateway_id}"' in back
    assert f'name="redirect_status" value="{status}"' in back

    outcome = sandbox.ask(lambda gateway: gateway.look_up(asked.gateway_id))
    assert (outcome.state, outcome.failure_code, outcome.redirect_url) == (state, code, None)
    httpx.post(asked.redirect_url, data={"answer": "approve" if answer == "refuse" else "refuse"})
    assert sandbox.ask(lambda gateway: gateway.look_up(asked.gateway_id)) == outcome
    type_ = "payment_intent.succeeded" if state == "captured" else "payment_intent.payment_failed"
    assert sandbox.heard(type_, charge, asked.gateway_id).outcome == outcome


def test_the_banks_page_is_for_the_buyer_alone(sandbox: Sandbox) -> None:
    asked = sandbox.ask(lambda gateway: gateway.charge(charge_of("tok_3ds")))
    address = str(asked.redirect_url).partition("?")[0]
    assert httpx.get(address).status_code == httpx.post(f"{address}?secret=guess").status_code == 404


def test_a_time_out_leaves_the_outcome_unknown_until_asked_again(sandbox: Sandbox) -> None:
    charge = charge_of("tok_timeout")
    with pytest.raises(GatewayUncertainError):
        sandbox.ask(lambda gateway: gateway.charge(charge), timeout_seconds=0.3)
    outcome = sandbox.ask(lambda gateway: gateway.charge(charge))
    assert (outcome.state, outcome.captured_minor) == ("captured", 12999)
    assert sandbox.entry(charge)["captured"] == 12999


def test_money_may_come_late(sandbox: Sandbox) -> None:
    charge = charge_of("tok_late_success")
    outcome = sandbox.ask(lambda gateway: gateway.charge(charge))
    assert outcome.state == "failed"
    canceled = sandbox.ask(lambda gateway: gateway.cancel(outcome.gateway_id))
    assert canceled.state == "canceled"
    event = sandbox.heard("payment_intent.succeeded", charge, outcome.gateway_id)
    assert event.outcome == sandbox.ask(lambda gateway: gateway.look_up(outcome.gateway_id))
    assert event.outcome.state == "captured"
    assert sandbox.ask(lambda gateway: gateway.charge(charge)).state == "failed", "a key answers what it answered first"


@pytest.mark.parametrize(("evidence", "said"), [("winning_evidence", "won"), ("losing_evidence", "lost")])
def test_a_dispute_opens_and_closes(sandbox: Sandbox, evidence: str, said: str) -> None:
    charge = charge_of("tok_dispute")
    outcome = sandbox.ask(lambda gateway: gateway.charge(charge))
    assert outcome.state == "captured"
    opened = sandbox.heard("charge.dispute.created", charge, outcome.gateway_id)
    assert (opened.dispute, opened.outcome, opened.gateway_id) == ("opened", None, outcome.gateway_id)
    with sandbox.client() as client:
        (dispute,) = client.get("/v1/disputes", params={"payment_intent": outcome.gateway_id}).json()["data"]
        body = {"evidence[uncategorized_text]": evidence}
        client.post(f"/v1/disputes/{dispute['id']}", data=body).raise_for_status()
    assert sandbox.heard("charge.dispute.closed", charge, outcome.gateway_id).dispute == said
    assert sandbox.entry(charge)["dispute"] == said


def test_cancelling_tells_what_is_true(sandbox: Sandbox) -> None:
    charge = charge_of("tok_3ds")
    asked = sandbox.ask(lambda gateway: gateway.charge(charge))
    canceled = sandbox.ask(lambda gateway: gateway.cancel(asked.gateway_id))
    assert canceled.state == "canceled"
    assert sandbox.ask(lambda gateway: gateway.cancel(asked.gateway_id)) == canceled
    assert sandbox.heard("payment_intent.canceled", charge, asked.gateway_id).outcome == canceled
    paid = sandbox.ask(lambda gateway: gateway.charge(charge_of("tok_ok")))
    assert sandbox.ask(lambda gateway: gateway.cancel(paid.gateway_id)) == paid
    with pytest.raises(GatewayRefusedError):
        sandbox.ask(lambda gateway: gateway.cancel("pi_nobody"))


def test_money_goes_back_once_for_its_key_and_never_more_than_came(sandbox: Sandbox) -> None:
    charge = charge_of("tok_ok")
    paid = sandbox.ask(lambda gateway: gateway.charge(charge)).gateway_id
    key = uuid4().hex
    first = sandbox.ask(lambda gateway: gateway.refund(paid, 2999, key))
    assert sandbox.ask(lambda gateway: gateway.refund(paid, 2999, key)) == first
    assert sandbox.entry(charge)["refunded"] == 2999
    with pytest.raises(GatewayRefusedError):
        sandbox.ask(lambda gateway: gateway.refund(paid, 10001, uuid4().hex))
    assert sandbox.ask(lambda gateway: gateway.refund(paid, 10000, uuid4().hex)) != first
    assert sandbox.entry(charge)["refunded"] == 12999
    event = sandbox.heard("charge.refunded", charge, paid)
    assert event.refunded_minor in (2999, 12999)
    assert (event.outcome.state, event.outcome.captured_minor, event.gateway_id) == ("captured", 12999, paid)


@pytest.mark.parametrize("source", ["tok_nobody", "pm_nobody", "4242424242424242"])
def test_an_unknown_means_of_payment_is_refused(sandbox: Sandbox, source: str) -> None:
    with pytest.raises(GatewayRefusedError) as refused:
        sandbox.ask(lambda gateway: gateway.charge(charge_of(source)))
    assert "4242" not in str(refused.value)


def test_a_wrong_key_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(GatewayRefusedError, match="AuthenticationError"):
        ask(adapter(sandbox.url, key="sk_test_wrong"), lambda gateway: gateway.charge(charge_of("tok_ok")))


@pytest.mark.parametrize("status", [409, 429, 500, 503])
def test_nobody_knows_what_a_troubled_gateway_did(listen, status: int) -> None:
    troubled = listen()
    troubled.status, troubled.answer = status, b'{"error": {"type": "api_error", "message": "later"}}'
    with pytest.raises(GatewayUncertainError):
        ask(adapter(f"http://127.0.0.1:{troubled.port}"), lambda gateway: gateway.charge(charge_of("tok_ok")))
    assert len(troubled.told) == 1, "the order decides when to ask again"


@pytest.mark.parametrize("status", [200, 404])
@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b'{"id": 7}', b'{"id": "pi_1", "status": "dreaming"}'])
def test_nobody_knows_what_an_answer_means_that_is_none(listen, status: int, answer: bytes) -> None:
    troubled = listen()
    troubled.status, troubled.answer = status, answer
    with pytest.raises(GatewayUncertainError):
        ask(adapter(f"http://127.0.0.1:{troubled.port}"), lambda gateway: gateway.look_up("pi_1"))


def test_nobody_knows_what_a_gateway_did_that_is_away() -> None:
    with pytest.raises(GatewayUncertainError):
        ask(adapter(f"http://127.0.0.1:{free_port()}"), lambda gateway: gateway.charge(charge_of("tok_ok")))


def test_gateways_are_those_that_are_set_up() -> None:
    sandbox = PaymentSettings(sandbox_url=SHOP, sandbox_key=KEY, sandbox_webhook_secrets=(SECRET,))
    assert list(open_gateways(PaymentSettings())) == []
    assert [gateway.name for gateway in open_gateways(sandbox).values()] == ["sandbox"]
    assert list(open_gateways(PaymentSettings(stripe_key=KEY, stripe_webhook_secrets=(SECRET,)))) == ["stripe"]
