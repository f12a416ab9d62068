"""What a gateway tells takes effect once, whoever is away when it comes; what a buyer brings from the bank proves nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from kernel.database import SyncDatabase
from ops.sandbox.gateway.loops import sign
from tests.selling.audits import assert_sound
from tests.selling.buying import Buyer, ready_buyer
from tests.selling.queries import (
    COUNT_EVENTS,
    COUNT_OWED,
    FORGET_EVENT,
    KEEP_EVENT,
    MAKE_REFUNDS_DUE,
    OPEN_KEYS,
    SELECT_EVENT,
    SELECT_ORDER_STATUS,
)
from tests.selling.test_outages import frozen
from tests.support.polling import eventually
from tests.support.stack import Stack
from write_side.orders import sweeping
from write_side.orders.settling import settle
from write_side.payments import webhooks
from write_side.payments.gateways.stripe import StripeGateway
from write_side.services import open_services

CARD = "4242424242424242"


class Gateway:
    """The stack's sandbox, and its pen."""

    def __init__(self, stack: Stack) -> None:
        self._secrets = stack.env["TECHMART_SANDBOX_WEBHOOK_SECRETS"].split(",")
        self._shop = f"http://127.0.0.1:{stack.env['TECHMART_WRITE_PORT']}/api/v1/webhooks"
        self.client = httpx.Client(
            base_url=stack.env["TECHMART_SANDBOX_URL"], auth=(stack.env["TECHMART_SANDBOX_KEY"], ""), timeout=10
        )

    def intent_of(self, order_id: str) -> str:
        lines = (msgspec.json.decode(line) for line in self.client.get("/sandbox/ledger").text.splitlines())
        return next(line["id"] for line in lines if line["metadata"].get("order_id") == order_id)

    def event(self, type_: str, intent_id: str) -> bytes:
        """The event as the sandbox tells it."""
        listed = self.client.get("/v1/events", params={"type": type_, "limit": 100}).json()["data"]
        return msgspec.json.encode(next(event for event in listed if event["data"]["object"]["id"] == intent_id))

    def tell(self, body: bytes, *, gateway: str = "sandbox", age: int = 0, **headers: str) -> httpx.Response:
        signed = {"stripe-signature": self.signature(body, age), **headers}
        return httpx.post(f"{self._shop}/{gateway}", content=body, headers=signed)

    def signature(self, body: bytes, age: int = 0) -> str:
        return sign(body, self._secrets, int(time.time()) - age)


@pytest.fixture
def gateway(stack: Stack) -> Iterator[Gateway]:
    found = Gateway(stack)
    yield found
    found.client.close()


def dispute(event_id: str, intent_id: str, status: str = "needs_response") -> bytes:
    content = {"payment_intent": intent_id, "status": status, "amount": 1}
    type_ = f"charge.dispute.{'created' if status == 'needs_response' else 'closed'}"
    return msgspec.json.encode({"id": event_id, "type": type_, "data": {"object": content}})


def confirm(order: dict[str, Any], answer: str = "approve") -> str:
    """What the buyer does at the bank; the form that brings them back."""
    return httpx.post(order["payment"]["redirect_url"], data={"answer": answer}).raise_for_status().text


def one(database: SyncDatabase, statement: str, **parameters: Any) -> Any:
    with database.transaction() as conn:
        return conn.execute(statement, parameters).fetchone()


def test_whoever_closes_the_tab_has_bought_all_the_same(buyer: Buyer, stack: Stack, database: SyncDatabase) -> None:
    order = buyer.pay("tok_3ds").json()
    assert (order["status"], order["payment"]["state"]) == ("pending", "requires_action")
    confirm(order)
    eventually(lambda: buyer.see(order["id"])["status"] == "placed", "the webhook to place it", 10)
    assert_sound(stack, database)


def test_fifty_copies_at_once_are_one_event(
    buyer: Buyer, gateway: Gateway, stack: Stack, database: SyncDatabase
) -> None:
    order = buyer.pay("tok_3ds").json()
    confirm(order)
    body = gateway.event("payment_intent.succeeded", gateway.intent_of(order["id"]))
    with ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(lambda _: gateway.tell(body), range(50)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, b"{}")}
    eventually(lambda: buyer.see(order["id"])["status"] == "placed", "the order placed")
    assert gateway.tell(body).status_code == 200
    event_id = msgspec.json.decode(body)["id"]
    eventually(lambda: one(database, SELECT_EVENT, event_id=event_id)[0], "the event applied")
    assert one(database, COUNT_EVENTS, event_id=event_id) == (1,)
    timeline = [entry["kind"] for entry in buyer.see(order["id"])["timeline"]]
    assert timeline.count("placed") == 1
    assert_sound(stack, database)


def test_of_fifty_copies_one_is_to_be_applied(
    gateway: Gateway, stack: Stack, database: SyncDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in stack.env.items():
        monkeypatch.setenv(name, value)
    event_id = f"evt_{uuid4().hex}"
    body = dispute(event_id, "pi_nobody")

    async def take() -> list[Any]:
        async with open_services() as services:
            copies = (webhooks.receive(services, "sandbox", body, gateway.signature(body)) for _ in range(50))
            return await asyncio.gather(*copies)

    try:
        assert [event.id for event in asyncio.run(take()) if event is not None] == [event_id]
    finally:
        one(database, FORGET_EVENT, event_id=event_id)


@pytest.mark.parametrize(
    ("bank", "status", "timeline"), [("approve", 201, ["created", "placed"]), ("refuse", 402, ["created", "canceled"])]
)
def test_an_outcome_learnt_twenty_times_at_once_takes_effect_once(
    buyer: Buyer,
    gateway: Gateway,
    stack: Stack,
    database: SyncDatabase,
    monkeypatch: pytest.MonkeyPatch,
    bank: str,
    status: int,
    timeline: list[str],
) -> None:
    """By the buyer's own request, a webhook, the way back from the bank and the sweep, on several machines."""
    for name, value in stack.env.items():
        monkeypatch.setenv(name, value)
    order = buyer.pay("tok_3ds").json()
    intent = gateway.intent_of(order["id"])

    async def learn() -> set[int]:
        async with open_services() as services:
            outcome = await services.gateways["sandbox"].look_up(intent)
            copies = (settle(services, UUID(order["id"]), 1, outcome, f"machine-{n}") for n in range(20))
            return {answer.status for answer in await asyncio.gather(*copies)}

    with frozen(stack, ("write-api", "worker-clock")):
        confirm(order, bank)
        one(database, OPEN_KEYS, order_id=order["id"])
        assert asyncio.run(learn()) == {status}
    assert [entry["kind"] for entry in buyer.see(order["id"])["timeline"]] == timeline
    assert_sound(stack, database)


def test_a_dispute_that_comes_before_its_payment_is_heard_again(
    buyer: Buyer, gateway: Gateway, database: SyncDatabase
) -> None:
    order = buyer.pay("tok_3ds").json()
    event_id = f"evt_{uuid4().hex}"
    assert gateway.tell(dispute(event_id, gateway.intent_of(order["id"]))).status_code == 200
    eventually(lambda: one(database, SELECT_EVENT, event_id=event_id)[2], "the dispute set aside")
    confirm(order)
    eventually(lambda: buyer.see(order["id"])["payment_status"] == "disputed", "the dispute heard again")


def test_money_that_two_sweeps_give_back_is_counted_once(
    buyer: Buyer, stack: Stack, database: SyncDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gateway takes so long for one of them that another has the refund's next turn."""
    for name, value in stack.env.items():
        monkeypatch.setenv(name, value)
    refund = StripeGateway.refund

    async def twice() -> None:
        async with open_services() as services:

            async def slowly(*asked: Any) -> str:
                monkeypatch.setattr(StripeGateway, "refund", refund)
                one(database, MAKE_REFUNDS_DUE)
                assert await sweeping.give_back(services) == 1
                return await refund(*asked)

            monkeypatch.setattr(StripeGateway, "refund", slowly)
            assert await sweeping.give_back(services) == 1

    with frozen(stack, ("worker-clock",)):
        order_id = buyer.pay("tok_late_success").json()["order_id"]
        eventually(lambda: one(database, COUNT_OWED, order_id=order_id) == (1,), "late money owed back")
        asyncio.run(twice())
        assert buyer.see(order_id)["payment_status"] == "refunded"
    assert_sound(stack, database)


def test_what_is_taken_is_applied_at_once(buyer: Buyer, gateway: Gateway, stack: Stack, database: SyncDatabase) -> None:
    """By the process that took it: the sweep would count a second try."""
    order = buyer.pay("tok_ok").json()
    for status, end in (("needs_response", "disputed"), ("won", "paid")):
        event_id = f"evt_{uuid4().hex}"
        gateway.tell(dispute(event_id, gateway.intent_of(order["id"]), status)).raise_for_status()
        row = eventually(lambda e=event_id: (row := one(database, SELECT_EVENT, event_id=e)) and row[0] and row, "it")
        assert row == (True, 1, None)
        assert buyer.see(order["id"])["payment_status"] == end
    assert_sound(stack, database)


def test_words_in_any_order_end_the_same(
    shop_client: httpx.Client, sell, gateway: Gateway, stack: Stack, database: SyncDatabase
) -> None:
    """Each order's events, first to last and last to first, twice, after they took effect."""
    sku = sell()["sku"]
    orders = []
    for token in ("tok_3ds", "tok_ok", "tok_dispute"):
        buyer = ready_buyer(shop_client, sku)
        orders.append((buyer, buyer.pay(token).json()))
    confirm(orders[0][1])
    ends = ["paid", "paid", "disputed"]
    for (buyer, order), end in zip(orders, ends, strict=True):
        eventually(lambda b=buyer, o=order, e=end: b.see(o["id"])["payment_status"] == e, end)
    listed = gateway.client.get("/v1/events", params={"limit": 20}).json()["data"]
    for event in [*listed, *listed[::-1]]:
        again = msgspec.json.encode({**event, "id": f"evt_{uuid4().hex}"})
        assert gateway.tell(again).status_code == 200
    eventually(lambda: one(database, COUNT_EVENTS, event_id=None) == (0,), "every event applied")
    assert [buyer.see(order["id"])["payment_status"] for buyer, order in orders] == ends
    assert_sound(stack, database)


def test_a_word_that_comes_too_early_is_heard_again(buyer: Buyer, gateway: Gateway, database: SyncDatabase) -> None:
    order = buyer.pay("tok_timeout").json()
    assert (order["status"], order["payment"]["state"]) == ("pending", "unknown")
    event_id = f"evt_{uuid4().hex}"
    assert gateway.tell(dispute(event_id, gateway.intent_of(order["id"]))).status_code == 200
    eventually(lambda: buyer.see(order["id"])["payment_status"] == "disputed", "the dispute heard again")
    applied, attempts, error = eventually(
        lambda: (row := one(database, SELECT_EVENT, event_id=event_id)) and row[0] and row, "the event applied"
    )
    assert (applied, error) == (True, None)
    assert attempts >= 2


def test_what_cannot_be_applied_stays_open_and_is_tried_again(gateway: Gateway, database: SyncDatabase) -> None:
    event_id = f"evt_{uuid4().hex}"
    assert gateway.tell(dispute(event_id, "pi_nobody")).status_code == 200
    try:
        applied, _, error = eventually(
            lambda: (row := one(database, SELECT_EVENT, event_id=event_id)) and row[1] >= 2 and row[2] and row,
            "two tries",
        )
        assert not applied
        assert "pi_nobody" in error
    finally:
        one(database, FORGET_EVENT, event_id=event_id)


def test_what_a_killed_process_had_taken_is_applied_by_the_sweep(
    buyer: Buyer, gateway: Gateway, stack: Stack, database: SyncDatabase
) -> None:
    order = buyer.pay("tok_3ds").json()
    with frozen(stack, ("write-api",)):
        confirm(order)
        body = gateway.event("payment_intent.succeeded", gateway.intent_of(order["id"]))
        event_id = msgspec.json.decode(body)["id"]
        one(database, KEEP_EVENT, event_id=event_id, type="payment_intent.succeeded", body=body)
        eventually(lambda: one(database, SELECT_EVENT, event_id=event_id) == (True, 2, None), "the sweep to apply it")
        assert one(database, SELECT_ORDER_STATUS, order_id=order["id"]) == ("placed",)
    assert_sound(stack, database)


def test_only_what_the_gateway_signed_is_kept(gateway: Gateway, database: SyncDatabase) -> None:
    event_id = f"evt_{uuid4().hex}"
    body = dispute(event_id, "pi_nobody")
    for answer in (
        gateway.tell(body, **{"stripe-signature": ""}),
        gateway.tell(body, **{"stripe-signature": f"t={int(time.time())},v1={'0' * 64}"}),
        gateway.tell(body, age=310),
        gateway.tell(b"{}"),
        gateway.tell(b"\xff"),
        gateway.tell(b""),
    ):
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed")
    assert gateway.tell(body, gateway="nobody").status_code == 404
    assert gateway.tell(b" " * 1_000_001).status_code == 413
    assert one(database, COUNT_EVENTS, event_id=event_id) == (0,)


def test_a_word_about_nothing_of_ours_is_filed(gateway: Gateway, database: SyncDatabase) -> None:
    for type_, content in (
        ("customer.created", {}),
        ("payment_intent.succeeded", {"id": "pi_x", "status": "succeeded"}),
    ):
        event_id = f"evt_{uuid4().hex}"
        body = {"id": event_id, "type": type_, "data": {"object": content}, "more": {"than": "we know"}}
        assert gateway.tell(msgspec.json.encode(body)).status_code == 200
        assert one(database, SELECT_EVENT, event_id=event_id) == (True, 1, None)


@pytest.mark.parametrize(("answer", "status"), [("approve", "placed"), ("refuse", "canceled")])
def test_the_way_back_from_the_bank(
    buyer: Buyer, gateway: Gateway, stack: Stack, database: SyncDatabase, answer: str, status: str
) -> None:
    order = buyer.pay("tok_3ds").json()
    intent = gateway.intent_of(order["id"])
    home = f"/en-us/?order={order['id']}"

    lie = {"payment_intent": intent, "redirect_status": "succeeded", "amount": "1"}
    back = buyer.client.post("/en-us/checkout/return", data=lie)
    assert (back.status_code, back.headers["location"]) == (303, home)
    assert buyer.see(order["id"])["status"] == "pending", "what the buyer brings proves nothing"

    form = confirm(order, answer)
    assert f'action="{stack.env["TECHMART_EDGE_URL"]}/en-us/checkout/return"' in form
    back = buyer.client.post("/en-us/checkout/return", data={"payment_intent": intent, "redirect_status": "succeeded"})
    assert (back.status_code, back.headers["location"]) == (303, home)
    assert buyer.see(order["id"])["status"] == status
    if status == "canceled":
        assert buyer.pay("tok_ok").status_code == 201
    assert_sound(stack, database)


@pytest.mark.parametrize(
    "form",
    [b"", b"payment_intent=", b"payment_intent=pi_nobody", b"payment_intent=%00", b"\xff", b"a=1&" * 99, b"x" * 999],
)
def test_whoever_comes_from_nowhere_is_sent_home(shop_client: httpx.Client, form: bytes) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    back = shop_client.post("/de-de/checkout/return", content=form, headers=headers)
    assert (back.status_code, back.headers["location"]) == (303, "/de-de/")


def test_a_card_number_is_no_token_and_kept_nowhere(buyer: Buyer, stack: Stack) -> None:
    answer = buyer.pay(CARD)
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "payment.token")
    assert CARD not in answer.text
    assert buyer.pay("tok_ok").status_code == 201
    kept = [*stack.home.glob("log/*"), *stack.home.glob("sandbox-gateway/*")]
    assert len(kept) > 3
    assert [file.name for file in kept if CARD.encode() in file.read_bytes()] == []
