"""Who waits for whom at a stock row, and what they find when they have it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from kernel.errors import OutOfStock
from kernel.ids import uuid7
from tests.stock import queries
from tests.stock.warehouse import Counting, Warehouse, in_seconds, wanted
from write_side.inventory import holds


def test_the_sweep_takes_back_what_is_expired_and_no_more_than_asked(warehouse: Warehouse) -> None:
    warehouse.sweep()
    skus = warehouse.sell(10, 10)
    carts = warehouse.carts(4)
    for cart in carts:
        warehouse.run(warehouse.hold(cart, {skus[0]: 1, skus[1]: 2}))
    warehouse.expire(*carts[:3])
    assert warehouse.sweep(limit=4) == 4
    assert warehouse.sweep() == 2
    assert warehouse.sweep() == 0
    assert [row[2] for row in warehouse.stock(*skus)] == [1, 2]
    warehouse.assert_sound()


def test_the_sweep_waits_for_nobody(warehouse: Warehouse) -> None:
    warehouse.sweep()
    (sku,), cart, paying = warehouse.sell(10), warehouse.cart(), warehouse.cart()
    for each in (cart, paying):
        warehouse.run(warehouse.hold(each, {sku: 1}))
    warehouse.expire(cart, paying)

    async def meanwhile(statement: str, **asked: object) -> int:
        async with warehouse.transaction() as conn:
            await conn.execute(statement, asked)
            return await asyncio.to_thread(warehouse.sweep)

    assert warehouse.run(meanwhile(queries.LOCK_ROWS, sku=sku)) == 0
    assert warehouse.run(meanwhile(queries.LOCK_HOLDS, cart_id=paying)) == 1
    assert warehouse.held(paying) == {sku: 1}


@pytest.mark.parametrize("buckets", [1, 4])
def test_a_hold_that_is_being_consumed_cannot_be_taken_back(warehouse: Warehouse, buckets: int) -> None:
    (sku,) = warehouse.sell(4)
    warehouse.run(warehouse.spread(sku, buckets))
    late = warehouse.cart()
    warehouse.run(warehouse.hold(late, {sku: 1}))
    warehouse.expire(late)
    other = warehouse.cart()

    async def race() -> None:
        async with warehouse.transaction() as conn:
            await conn.execute(queries.LOCK_HOLDS, {"cart_id": late})
            with pytest.raises(OutOfStock):
                await warehouse.hold(other, {sku: 4})
            await conn.execute(queries.INSERT_ORDER, {"order_id": (order := uuid7()), "cart_id": late})
            await holds.consume(conn, uuid7(), late, order, wanted({sku: 1}))

    warehouse.run(race())
    assert warehouse.stock(sku) == [(4, 1, 0, 3)]


def test_who_meets_another_buyer_in_a_row_waits_and_has_the_row(warehouse: Warehouse) -> None:
    """The choice of a row outlives the wait for it: nobody falls back on locking all rows while there is plenty."""
    (sku,), cart = warehouse.sell(1000), warehouse.cart()
    warehouse.run(warehouse.spread(sku, 16))

    async def race() -> int:
        async with warehouse.transaction() as conn:
            counting: Any = Counting(conn)
            async with warehouse.transaction() as other:
                await other.execute(queries.TOUCH_ROWS, {"sku": sku})
                work = asyncio.create_task(holds.hold(counting, uuid7(), cart, wanted({sku: 1}), in_seconds(600)))
                await warehouse.until_waiting()
            await work
            return int(counting.statements)

    assert warehouse.run(race()) == 4
    assert warehouse.held(cart) == {sku: 1}


def test_rows_that_were_made_meanwhile_are_counted(warehouse: Warehouse) -> None:
    (sku,), cart = warehouse.sell(2), warehouse.cart()

    async def race() -> None:
        async with warehouse.transaction() as conn:
            await warehouse.spread(sku, 4, conn)
            await warehouse.adjust(sku, 20, conn)
            work = asyncio.create_task(warehouse.hold(cart, {sku: 15}))
            await warehouse.until_waiting()
        await work

    warehouse.run(race())
    assert warehouse.held(cart) == {sku: 15}
    warehouse.assert_sound()
