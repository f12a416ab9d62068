"""Many at once on real rows: every unit is promised once, nobody is refused while one is left, nobody deadlocks."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from uuid import UUID

import pytest

from kernel.errors import OutOfStock
from kernel.ids import uuid7
from tests.stock.warehouse import Warehouse

BUYERS = 200
UNITS = 50
BUCKETS = pytest.mark.parametrize("buckets", [1, 16])


def outcomes(results: list[object]) -> Counter[object]:
    """How many had what they wanted, and what the others were told is available."""
    return Counter(result.data["available"] if isinstance(result, OutOfStock) else "held" for result in results)


def sell(warehouse: Warehouse, units: int, buckets: int) -> str:
    (sku,) = warehouse.sell(units)
    if buckets > 1:
        warehouse.run(warehouse.spread(sku, buckets))
    return sku


def asleep(warehouse: Warehouse, sku: str, count: int) -> list[UUID]:
    """Carts that each hold a unit whose time is up."""
    carts = warehouse.carts(count)
    warehouse.at_once(*(warehouse.hold(cart, {sku: 1}) for cart in carts))
    warehouse.expire(*carts)
    return carts


@BUCKETS
def test_two_hundred_buyers_and_fifty_units(warehouse: Warehouse, scale: int, buckets: int) -> None:
    for _ in range(2 * scale):
        sku = sell(warehouse, UNITS, buckets)
        found = warehouse.at_once(*(warehouse.hold(cart, {sku: 1}) for cart in warehouse.carts(BUYERS)))
        assert outcomes(found) == {"held": UNITS, 0: BUYERS - UNITS}
    warehouse.assert_sound()


@BUCKETS
def test_several_units_each_leave_only_what_is_too_little(warehouse: Warehouse, buckets: int) -> None:
    sku = sell(warehouse, UNITS, buckets)
    found = warehouse.at_once(*(warehouse.hold(cart, {sku: 3}) for cart in warehouse.carts(60)))
    assert outcomes(found) == {"held": UNITS // 3, UNITS % 3: 60 - UNITS // 3}
    warehouse.assert_sound()


@BUCKETS
def test_fifty_expired_holds_are_sold_at_once(warehouse: Warehouse, scale: int, buckets: int) -> None:
    for _ in range(scale):
        sku = sell(warehouse, UNITS, buckets)
        asleep(warehouse, sku, UNITS)
        found = warehouse.at_once(*(warehouse.hold(cart, {sku: 1}) for cart in warehouse.carts(BUYERS)))
        assert outcomes(found) == {"held": UNITS, 0: BUYERS - UNITS}
    warehouse.assert_sound()


class Swept:
    """What a sweep comes to."""


async def sweep(warehouse: Warehouse) -> Swept:
    for _ in range(5):
        await asyncio.to_thread(warehouse.sweep, 7)
    return Swept()


@BUCKETS
@pytest.mark.parametrize("buyers", [30, 60])
def test_buyers_late_payments_and_sweeps_without_a_deadlock(
    warehouse: Warehouse, scale: int, buckets: int, buyers: int
) -> None:
    before = warehouse.deadlocks()
    for _ in range(2 * scale):
        sku = sell(warehouse, UNITS, buckets)
        late = asleep(warehouse, sku, UNITS)[:10]
        works = [
            *(warehouse.hold(cart, {sku: 1}) for cart in warehouse.carts(buyers)),
            *(warehouse.consume(cart, uuid7(), {sku: 1}) for cart in late),
            sweep(warehouse),
            sweep(warehouse),
        ]
        random.shuffle(works)
        sold = sum(not isinstance(result, OutOfStock | Swept) for result in warehouse.at_once(*works))
        assert sold == min(UNITS, buyers + 10)
    warehouse.assert_sound()
    assert warehouse.deadlocks() == before


async def shop(warehouse: Warehouse, cart: UUID, skus: list[str], seed: int) -> int:
    """Hold, edit, pay, cancel, give back, fall asleep; how many orders there were."""
    choose, bought = random.Random(seed), 0
    for _ in range(6):
        units = {sku: choose.randint(1, 3) for sku in choose.sample(skus, choose.randint(1, 4))}
        try:
            await warehouse.hold(cart, units)
            if choose.random() < 0.5:
                order = uuid7()
                await warehouse.consume(cart, order, units)
                await warehouse.cancel(order)
                bought += 1
            elif choose.random() < 0.5:
                await warehouse.release(cart)
            else:
                await asyncio.to_thread(warehouse.expire, cart)
        except OutOfStock:
            await warehouse.release(cart)
    await warehouse.release(cart)
    return bought


async def stir(warehouse: Warehouse, skus: list[str]) -> None:
    """What staff and the clock do meanwhile."""
    for number in range(12):
        await warehouse.spread(skus[number % len(skus)], 1 + number % 5)
        await warehouse.adjust(skus[-1 - number % len(skus)], 3 if number % 2 else 1)
        await asyncio.to_thread(warehouse.sweep)


def test_carts_of_many_skus_without_a_deadlock(warehouse: Warehouse, scale: int) -> None:
    """Plain and spread SKUs, short and plenty, in every order at once."""
    before = warehouse.deadlocks()
    for _ in range(scale):
        skus = warehouse.sell(*([12] * 6))
        for sku in skus[::2]:
            warehouse.run(warehouse.spread(sku, 4))
        shoppers = [shop(warehouse, cart, skus, seed) for seed, cart in enumerate(warehouse.carts(40))]
        assert sum(bought or 0 for bought in warehouse.at_once(*shoppers, stir(warehouse, skus))) > 20
    warehouse.assert_sound()
    assert warehouse.deadlocks() == before
