"""One key, one effect, one answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from uuid import uuid4

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kernel.database import Database, WriteConnection
from kernel.errors import OutOfStock
from kernel.settings import DatabaseSettings, load
from tests.support.stack import Stack
from tests.write_side.conftest import adjust, new_product
from tests.write_side.queries import SELECT_LEVEL
from write_side.idempotency import Answer, Key, once, store

T = TypeVar("T")


def same(one: httpx.Response, other: httpx.Response) -> bool:
    names = ("location", "etag", "consistency-token", "content-type")
    return (
        one.status_code == other.status_code
        and one.content == other.content
        and all(one.headers.get(name) == other.headers.get(name) for name in names)
    )


def test_a_replay_gives_the_same_bytes_and_headers(owner) -> None:
    headers, body = {"idempotency-key": uuid4().hex}, new_product()
    first = owner.post("/admin/products", json=body, headers=headers)
    assert first.status_code == 201
    assert first.headers["location"]
    assert same(first, owner.post("/admin/products", json=body, headers=headers))


def test_another_request_under_the_key_is_refused(owner, product) -> None:
    key = uuid4().hex
    assert adjust(owner, product["sku"], 1, key).status_code == 200
    reused = adjust(owner, product["sku"], 2, key)
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")


def test_if_match_belongs_to_the_request(owner, product) -> None:
    address, key = f"/admin/products/{product['id']}", uuid4().hex
    headers = {"idempotency-key": key, "if-match": '"1"'}
    assert owner.patch(address, json={"title": "A"}, headers=headers).status_code == 200
    assert owner.patch(address, json={"title": "A"}, headers={**headers, "if-match": '"2"'}).status_code == 422


def test_a_refusal_stays(owner, product) -> None:
    key = uuid4().hex
    refused = adjust(owner, product["sku"], -11, key)
    assert refused.status_code == 409
    assert adjust(owner, product["sku"], 5).status_code == 200
    assert same(refused, adjust(owner, product["sku"], -11, key))
    assert adjust(owner, product["sku"], -11).status_code == 200


class Beaten(Database):
    """A database where another request under the key is done as soon as ours is refused."""

    async def run(self, work: Callable[[WriteConnection], Awaitable[T]]) -> T:
        try:
            return await super().run(work)
        except OutOfStock:
            await super().run(lambda conn: store(conn, self.key, self.first))
            raise

    key = Key("somebody", "POST /orders", uuid4().hex, b"x" * 32)
    first = Answer(201, b"{}", {"content-type": "application/json"})


def test_a_refusal_gives_way_to_who_came_first(stack: Stack) -> None:
    async def refuse(_: WriteConnection) -> Answer:
        raise OutOfStock("none are left", sku="A", available=0)

    async def race() -> Answer:
        (settings_of_stack,) = load(DatabaseSettings, env=stack.env)
        database = Beaten(settings_of_stack, read=False)
        await database.open()
        try:
            return await once(database, Beaten.key, refuse)
        finally:
            await database.close()

    assert asyncio.run(race()) == Beaten.first


def test_a_fault_of_form_is_not_kept(owner, product) -> None:
    key = uuid4().hex
    assert adjust(owner, product["sku"], 0, key).status_code == 400
    assert adjust(owner, product["sku"], 1, key).status_code == 200


def test_stock_is_not_adjusted_without_a_key(owner, product) -> None:
    body = {"sku": product["sku"], "quantity_delta": 1, "reason": "count"}
    answer = owner.post("/admin/inventory/adjustments", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


def test_keys_of_two_people_are_two_keys(owner, person, product) -> None:
    key, other = uuid4().hex, person("inventory_manager").client
    assert adjust(owner, product["sku"], 1, key).json()["on_hand"] == 11
    assert adjust(other, product["sku"], 1, key).json()["on_hand"] == 12


def test_fifty_at_once_have_one_effect(owner, product, database) -> None:
    key = uuid4().hex
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: adjust(owner, product["sku"], 1, key), range(50)))
    done = [answer for answer in answers if answer.status_code == 200]
    assert done
    assert all(same(done[0], answer) for answer in done)
    refused = {(answer.status_code, answer.json()["code"]) for answer in answers if answer.status_code != 200}
    assert refused <= {(409, "idempotency_key_in_use")}
    with database.transaction() as conn:
        assert conn.execute(SELECT_LEVEL, {"sku": product["sku"]}).fetchone() == (11, 11)


class Adjusting(RuleBasedStateMachine):
    """Adjustments under few keys against a model: a key is one request and one answer, whatever follows."""

    client: httpx.Client

    def __init__(self) -> None:
        super().__init__()
        self.sku = self.client.post("/admin/products", json=new_product()).json()["sku"]
        self.prefix = uuid4().hex
        self.level = self.seen = 10
        self.answers: dict[int, tuple[int, httpx.Response]] = {}

    @rule(key=st.integers(0, 4), delta=st.integers(-15, 15).filter(bool))
    def adjust(self, key: int, delta: int) -> None:
        answer = adjust(self.client, self.sku, delta, f"{self.prefix}-{key}")
        if key in self.answers:
            known, first = self.answers[key]
            assert same(first, answer) if known == delta else answer.status_code == 422
        elif self.level + delta < 0:
            assert (answer.status_code, answer.json()["available"]) == (409, self.level)
            self.answers[key] = (delta, answer)
        else:
            self.level += delta
            assert (answer.status_code, answer.json()["on_hand"]) == (200, self.level)
            self.answers[key] = (delta, answer)

    @invariant()
    def never_negative(self) -> None:
        assert self.level >= 0


def test_any_order_of_adjustments_fits_the_model(owner) -> None:
    machine = type("Adjusting", (Adjusting,), {"client": owner})
    run_state_machine_as_test(machine, settings=settings(max_examples=8, stateful_step_count=12, deadline=None))
