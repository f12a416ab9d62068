"""Many buyers, few units: every unit is sold once, nobody is turned away while one is left."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from kernel.database import SyncDatabase
from tests.selling.audits import assert_sound
from tests.selling.buying import Buyer
from tests.selling.queries import COUNT_DEADLOCKS, EXPIRE_HOLDS
from tests.support.stack import Stack

BUYERS = 200
UNITS = 50
AT_ONCE = 64
TIMES_FULL = 20


def buy(client: httpx.Client, sku: str) -> str:
    """One buyer from empty cart to order: `placed`, or the code of what stood in the way."""
    buyer = Buyer(client)
    buyer.cart = buyer.send("POST", "/carts").raise_for_status().json()
    buyer.token = buyer.cart["token"]
    for step in (lambda: buyer.put(sku, 1), buyer.check_out, buyer.pay):
        answer = step()
        if answer.status_code >= 400:
            return str(answer.json()["code"])
    return str(answer.json()["status"])


def rush(client: httpx.Client, sku: str) -> Counter[str]:
    """All buyers at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(pool.map(lambda _: buy(client, sku), range(BUYERS)))


@pytest.mark.parametrize("buckets", [1, 16])
def test_two_hundred_buyers_and_fifty_units(
    shop_client: httpx.Client, staff: httpx.Client, sell, stack: Stack, database: SyncDatabase, scale: int, buckets: int
) -> None:
    for _ in range(TIMES_FULL if scale > 1 else 1):
        sku = sell(quantity=UNITS)["sku"]
        if buckets > 1:
            headers = {"idempotency-key": f"spread-{sku}"}
            address = f"/api/v1/admin/inventory/{sku}/buckets"
            staff.put(address, json={"buckets": buckets}, headers=headers).raise_for_status()
        assert rush(shop_client, sku) == {"placed": UNITS, "out_of_stock": BUYERS - UNITS}
    assert_sound(stack, database)


def test_fifty_expired_holds_and_two_hundred_buyers(
    shop_client: httpx.Client, sell, stack: Stack, database: SyncDatabase
) -> None:
    before = deadlocks(database)
    sku = sell(quantity=UNITS)["sku"]
    sleepers = hold_all(shop_client, sku, UNITS)
    assert buy(shop_client, sku) == "out_of_stock"
    expire(database, sleepers)
    assert rush(shop_client, sku) == {"placed": UNITS, "out_of_stock": BUYERS - UNITS}
    assert {sleeper.pay().json()["code"] for sleeper in sleepers[:5]} == {"out_of_stock"}
    assert deadlocks(database) == before
    assert_sound(stack, database)


def test_expired_holds_buyers_and_late_payments_without_a_deadlock(
    shop_client: httpx.Client, sell, stack: Stack, database: SyncDatabase
) -> None:
    before = deadlocks(database)
    sku = sell(quantity=UNITS)["sku"]
    sleepers = hold_all(shop_client, sku, UNITS)
    expire(database, sleepers)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        buyers = [pool.submit(buy, shop_client, sku) for _ in range(30)]
        late = [pool.submit(lambda s=sleeper: s.pay()) for sleeper in sleepers[:10]]
        ended = Counter(buyer.result() for buyer in buyers)
        paid = Counter(payment.result().status_code for payment in late)
    assert ended == {"placed": 30}
    assert paid == {201: 10}
    assert deadlocks(database) == before
    assert_sound(stack, database)


def hold_all(client: httpx.Client, sku: str, count: int) -> list[Buyer]:
    """Buyers who went through checkout and fell asleep."""
    with ThreadPoolExecutor(16) as pool:
        sleepers = [Buyer(client) for _ in range(count)]

        def fall_asleep(sleeper: Buyer) -> None:
            sleeper.open_cart(sku).check_out().raise_for_status()

        list(pool.map(fall_asleep, sleepers))
    return sleepers


def expire(database: SyncDatabase, sleepers: list[Buyer]) -> None:
    with database.transaction() as conn:
        conn.execute(EXPIRE_HOLDS, {"carts": [sleeper.cart["id"] for sleeper in sleepers]})


def deadlocks(database: SyncDatabase) -> int:
    with database.transaction() as conn:
        (count,) = conn.execute(COUNT_DEADLOCKS).fetchone() or (0,)
    return int(count)
