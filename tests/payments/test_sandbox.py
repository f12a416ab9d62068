"""The sandbox itself: what it forgets (nothing), whom it answers, what it tells until it is heard."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import httpx
import msgspec
import pytest

from tests.payments.support import KEY, OLDER_SECRET, SECRET, Sandbox, adapter, charge_of
from tests.support.polling import eventually
from write_side.payments.gateways.protocol import BadSignatureError

CARD = "4242424242424242"
FORM = {
    "amount": "1000",
    "currency": "usd",
    "confirm": "true",
    "return_url": "http://127.0.0.1/back",
    "payment_method_data[type]": "card",
    "payment_method_data[card][token]": "tok_ok",
}


def test_a_killed_gateway_keeps_its_books_and_its_word(own_sandbox: Sandbox) -> None:
    own_sandbox.shop.status = 503
    paid, late = charge_of("tok_ok"), charge_of("tok_late_success")
    first = own_sandbox.ask(lambda gateway: gateway.charge(paid))
    declined = own_sandbox.ask(lambda gateway: gateway.charge(late))
    eventually(lambda: "payment_intent.succeeded" in own_sandbox.shop.types(), "a first try to tell")
    own_sandbox.end(signal.SIGKILL)

    own_sandbox.shop.told.clear()
    own_sandbox.shop.status = 200
    own_sandbox.start()
    assert own_sandbox.entry(paid)["captured"] == 12999
    assert own_sandbox.ask(lambda gateway: gateway.charge(paid)) == first
    own_sandbox.heard("payment_intent.succeeded", paid, first.gateway_id)
    own_sandbox.heard("payment_intent.succeeded", late, declined.gateway_id)
    assert own_sandbox.entry(late)["captured"] == 12999


def test_an_event_is_told_until_it_is_taken(own_sandbox: Sandbox) -> None:
    own_sandbox.shop.status = 500
    own_sandbox.ask(lambda gateway: gateway.charge(charge_of("tok_ok")))
    eventually(lambda: len(own_sandbox.shop.told) >= 3, "three tries")
    own_sandbox.shop.status = 202
    taken = eventually(
        lambda: [told.body for told in own_sandbox.shop.told if told.status == 202], "the try that is taken"
    )
    # Told two seconds later: had the first event not been done with, it would have come again before.
    late = charge_of("tok_late_success")
    outcome = own_sandbox.ask(lambda gateway: gateway.charge(late))
    own_sandbox.heard("payment_intent.succeeded", late, outcome.gateway_id)
    assert [told.body for told in own_sandbox.shop.told if told.status == 202].count(taken[0]) == 1


def test_each_secret_signs(sandbox: Sandbox) -> None:
    charge = charge_of("tok_ok")
    outcome = sandbox.ask(lambda gateway: gateway.charge(charge))
    sandbox.heard("payment_intent.succeeded", charge, outcome.gateway_id)
    told = next(told for told in sandbox.shop.told if outcome.gateway_id in told.body.decode())
    for secret in (SECRET, OLDER_SECRET):
        reader = adapter(sandbox.url, secrets=("whsec_not_this_one_xx", secret))
        assert reader.read_event(told.body, told.signature).outcome == outcome
    with pytest.raises(BadSignatureError):
        adapter(sandbox.url, secrets=("whsec_not_this_one_xx",)).read_event(told.body, told.signature)


def test_only_who_has_the_key_is_answered(sandbox: Sandbox) -> None:
    bearer = {"authorization": f"Bearer {KEY}"}
    for path in ("/v1/payment_intents", "/v1/refunds", "/v1/disputes", "/v1/events", "/sandbox/ledger"):
        assert httpx.get(f"{sandbox.url}{path}", headers=bearer).status_code == 200
        assert httpx.get(f"{sandbox.url}{path}", auth=(KEY, "")).status_code == 200
        for headers in ({}, {"authorization": "Bearer sk_test_other"}, {"authorization": "Basic ???"}):
            refused = httpx.get(f"{sandbox.url}{path}", headers=headers)
            assert (refused.status_code, refused.json()["error"]["type"]) == (401, "invalid_request_error")


@pytest.mark.parametrize(("field", "status"), [("number", 402), ("token", 400)])
def test_a_card_number_is_refused_and_kept_nowhere(own_sandbox: Sandbox, field: str, status: int) -> None:
    number = {f"payment_method_data[card][{field}]": CARD}
    with own_sandbox.client() as client:
        answer = client.post("/v1/payment_intents", data={**FORM, **number}, headers={"idempotency-key": uuid4().hex})
        assert client.post("/v1/payment_intents", data=FORM).status_code == 200
    assert answer.status_code == status
    assert CARD not in answer.text
    kept = [file.read_bytes() for file in own_sandbox.home.rglob("*") if file.is_file()]
    assert kept
    assert not any(CARD.encode() in content for content in kept)


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "12.5"}, "amount"),
        ({"currency": "dollars"}, "currency"),
        ({"return_url": "javascript:alert(1)"}, "return_url"),
        ({"payment_method_data[card][token]": "tok_nobody"}, "payment_method_data[card][token]"),
        ({"confirm": "false"}, "confirm"),
        ({"surprise": "1"}, None),
        ({"amount[deep]": "1"}, "amount[deep]"),
    ],
)
def test_a_wrong_parameter_is_named(sandbox: Sandbox, changes: dict[str, str], param: str | None) -> None:
    with sandbox.client() as client:
        answer = client.post("/v1/payment_intents", data={**FORM, **changes})
    assert (answer.status_code, answer.json()["error"].get("param")) == (400, param)


def test_lists_are_paged_newest_first(own_sandbox: Sandbox) -> None:
    with own_sandbox.client() as client:
        made = [client.post("/v1/payment_intents", data=FORM).json()["id"] for _ in range(5)]
        seen: list[str] = []
        page = {"data": [], "has_more": True}
        while page["has_more"]:
            after = {"starting_after": seen[-1]} if seen else {}
            page = client.get("/v1/payment_intents", params={"limit": 2, **after}).json()
            seen += [intent["id"] for intent in page["data"]]
        assert seen == made[::-1]
        events = client.get("/v1/events", params={"type": "payment_intent.succeeded", "limit": 3}).json()
        assert [event["data"]["object"]["id"] for event in events["data"]] == made[:1:-1]
        assert events["has_more"]
        for intent in made[:2]:
            client.post("/v1/refunds", data={"payment_intent": intent}).raise_for_status()
        refunds = client.get("/v1/refunds", params={"payment_intent": made[0]}).json()["data"]
        assert [(refund["payment_intent"], refund["amount"]) for refund in refunds] == [(made[0], 1000)]


def test_the_books_are_lines_of_json(own_sandbox: Sandbox) -> None:
    with own_sandbox.client() as client:
        for index in range(3):
            client.post("/v1/payment_intents", data={**FORM, "metadata[order_id]": str(index)}).raise_for_status()
        text = client.get("/sandbox/ledger").text
    lines = [msgspec.json.decode(line) for line in text.splitlines()]
    assert [line["metadata"]["order_id"] for line in lines] == ["0", "1", "2"]
    assert {line["captured"] for line in lines} == {1000}


def test_it_does_not_start_in_production(tmp_path: Path) -> None:
    env = {**os.environ, "TECHMART_ENV": "production", "TECHMART_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-m", "ops.sandbox.gateway"], env=env, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "techmart: the payment sandbox does not start in production\n"
