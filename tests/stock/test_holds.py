"""Holds one by one: what they take, keep and give back, and in how many statements."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.errors import OutOfStock
from kernel.ids import uuid7
from tests.stock import queries
from tests.stock.warehouse import Counting, Warehouse, in_seconds, wanted
from write_side.inventory import holds


def refused(warehouse: Warehouse, work: Any) -> dict[str, Any]:
    with pytest.raises(OutOfStock) as error:
        warehouse.run(work)
    return error.value.data


def test_holds_that_last_long_enough_are_not_written_again(warehouse: Warehouse) -> None:
    (sku,), cart = warehouse.sell(10), warehouse.cart()
    first = warehouse.run(warehouse.hold(cart, {sku: 3}, 600))
    warehouse.run(warehouse.hold(cart, {sku: 3}, 630, enough=570))
    assert warehouse.rows(queries.SELECT_ENDS, cart_id=cart) == [(first,)]
    last = warehouse.run(warehouse.hold(cart, {sku: 3}, 700, enough=640))
    assert warehouse.rows(queries.SELECT_ENDS, cart_id=cart) == [(last,)]
    assert warehouse.stock(sku) == [(10, 0, 3, 7)]


def test_lasting_holds_of_other_numbers_are_not_what_is_wanted(warehouse: Warehouse) -> None:
    (first, second), cart = warehouse.sell(10, 10), warehouse.cart()
    warehouse.run(warehouse.hold(cart, {first: 1, second: 2}, 600))
    warehouse.run(warehouse.hold(cart, {first: 2, second: 1}, 600, enough=60))
    assert warehouse.held(cart) == {first: 2, second: 1}


def test_a_life_in_few_statements(warehouse: Warehouse) -> None:
    (sku,), cart, order = warehouse.sell(100), warehouse.cart(), uuid7()
    counts = []

    async def live() -> None:
        async with warehouse.transaction() as raw:
            await raw.execute(queries.INSERT_ORDER, {"order_id": order, "cart_id": cart})
            for step in (
                lambda conn: holds.hold(conn, uuid7(), cart, wanted({sku: 2}), in_seconds(600)),
                lambda conn: holds.hold(conn, uuid7(), cart, wanted({sku: 2}), in_seconds(600)),
                lambda conn: holds.consume(conn, uuid7(), cart, order, wanted({sku: 2})),
                lambda conn: holds.deallocate(conn, uuid7(), order),
                lambda conn: holds.release(conn, uuid7(), cart),
            ):
                conn: Any = Counting(raw)
                await step(conn)
                counts.append(conn.statements)

    warehouse.run(live())
    assert counts == [2, 1, 1, 1, 1]


def test_what_a_life_leaves_in_the_ledger(warehouse: Warehouse) -> None:
    (sku,), cart, order = warehouse.sell(10), warehouse.cart(), uuid7()
    warehouse.run(warehouse.hold(cart, {sku: 3}))
    assert warehouse.stock(sku) == [(10, 0, 3, 7)]
    (taken,) = warehouse.run(warehouse.consume(cart, order, {sku: 3}))
    assert (taken.sku, taken.location, taken.bucket, taken.quantity) == (sku, "main", 0, 3)
    assert warehouse.stock(sku) == [(10, 3, 0, 7)]
    warehouse.run(warehouse.cancel(order))
    assert warehouse.stock(sku) == [(10, 0, 0, 10)]
    assert warehouse.rows(queries.SELECT_MOVEMENTS, sku=sku) == [
        ("opening", 10, 0, 0),
        ("reservation", 0, 0, 3),
        ("allocation", 0, 3, -3),
        ("deallocation", 0, -3, 0),
    ]
    assert warehouse.rows(queries.SELECT_HOLDS, cart_id=cart) == [(sku, 0, 3, "consumed")]


def test_giving_an_order_back_twice_is_once(warehouse: Warehouse) -> None:
    (sku,), cart, order = warehouse.sell(10), warehouse.cart(), uuid7()
    warehouse.run(warehouse.consume(cart, order, {sku: 4}))
    warehouse.run(warehouse.cancel(order))
    warehouse.run(warehouse.transact(lambda conn: holds.deallocate(conn, uuid7(), order)))
    assert warehouse.stock(sku) == [(10, 0, 0, 10)]


def test_holding_the_same_again_only_moves_its_end(warehouse: Warehouse) -> None:
    (sku,), cart = warehouse.sell(10), warehouse.cart()
    for seconds in (60, 120):
        until = warehouse.run(warehouse.hold(cart, {sku: 3}, seconds))
        assert warehouse.rows(queries.SELECT_ENDS, cart_id=cart) == [(until,)]
    assert warehouse.stock(sku) == [(10, 0, 3, 7)]
    assert len(warehouse.rows(queries.SELECT_MOVEMENTS, sku=sku)) == 2


@pytest.mark.parametrize("buckets", [1, 4])
def test_a_cart_that_was_edited_holds_what_it_wants_now(warehouse: Warehouse, buckets: int) -> None:
    first, second, third = warehouse.sell(10, 10, 10)
    warehouse.run(warehouse.spread(second, buckets))
    cart = warehouse.cart()
    for units in (
        {first: 2, second: 5},
        {first: 4, second: 3},
        {first: 3, second: 2},
        {second: 2, third: 9},
        {},
        {first: 10},
    ):
        warehouse.run(warehouse.hold(cart, units))
        assert warehouse.held(cart) == units
        reserved = [units.get(sku, 0) for sku in (first, second, third)]
        assert [row[2] for row in warehouse.stock(first, second, third)] == reserved
    warehouse.assert_sound()


@pytest.mark.parametrize("buckets", [1, 4])
def test_a_refusal_leaves_what_was_held_and_counts_ones_own(warehouse: Warehouse, buckets: int) -> None:
    first, second = warehouse.sell(10, 10)
    warehouse.run(warehouse.spread(second, buckets))
    mine, other = warehouse.carts(2)
    warehouse.run(warehouse.hold(mine, {first: 1, second: 4}))
    warehouse.run(warehouse.hold(other, {second: 3}))
    assert refused(warehouse, warehouse.hold(mine, {first: 2, second: 8})) == {"sku": second, "available": 7}
    assert warehouse.held(mine) == {first: 1, second: 4}
    assert refused(warehouse, warehouse.hold(warehouse.cart(), {first: 2, second: 4})) == {
        "sku": second,
        "available": 3,
    }
    warehouse.assert_sound()


def test_what_nobody_stocks_is_out_of_stock(warehouse: Warehouse) -> None:
    (sku,) = warehouse.sell(0)
    assert refused(warehouse, warehouse.hold(warehouse.cart(), {sku: 1})) == {"sku": sku, "available": 0}


def test_more_than_any_row_has_is_split(warehouse: Warehouse) -> None:
    (sku,), cart, order = warehouse.sell(10), warehouse.cart(), uuid7()
    warehouse.run(warehouse.spread(sku, 4))
    warehouse.run(warehouse.hold(cart, {sku: 8}))
    assert sorted(quantity for _, _, quantity, _ in warehouse.rows(queries.SELECT_HOLDS, cart_id=cart)) == [2, 3, 3]
    assert sum(taken.quantity for taken in warehouse.run(warehouse.consume(cart, order, {sku: 8}))) == 8
    assert refused(warehouse, warehouse.hold(warehouse.cart(), {sku: 3})) == {"sku": sku, "available": 2}
    warehouse.assert_sound()


def test_an_expired_hold_is_its_carts_until_somebody_is_short(warehouse: Warehouse) -> None:
    (sku,) = warehouse.sell(10)
    mine, other = warehouse.carts(2)
    warehouse.run(warehouse.hold(mine, {sku: 6}))
    warehouse.expire(mine)
    warehouse.run(warehouse.hold(other, {sku: 4}))
    assert warehouse.held(mine) == {sku: 6}
    warehouse.run(warehouse.hold(mine, {sku: 6}))
    assert refused(warehouse, warehouse.hold(other, {sku: 5})) == {"sku": sku, "available": 4}
    warehouse.expire(mine)
    warehouse.run(warehouse.hold(other, {sku: 5}))
    assert warehouse.held(mine) == {}
    assert refused(warehouse, warehouse.hold(mine, {sku: 6})) == {"sku": sku, "available": 5}
    warehouse.run(warehouse.hold(mine, {sku: 5}))
    warehouse.assert_sound()


def test_a_late_payment_takes_what_is_left(warehouse: Warehouse) -> None:
    (sku,) = warehouse.sell(10)
    late, too_late, other = warehouse.carts(3)
    for cart in (late, too_late):
        warehouse.run(warehouse.hold(cart, {sku: 4}))
    warehouse.expire(late, too_late)
    warehouse.run(warehouse.hold(other, {sku: 4}))
    assert (warehouse.held(late), warehouse.held(too_late)) == ({}, {})
    assert sum(taken.quantity for taken in warehouse.run(warehouse.consume(late, uuid7(), {sku: 4}))) == 4
    assert refused(warehouse, warehouse.consume(too_late, uuid7(), {sku: 4})) == {"sku": sku, "available": 2}
    assert warehouse.stock(sku) == [(10, 4, 4, 2)]
    warehouse.assert_sound()


@pytest.mark.parametrize("quantity", [2, 3])
def test_a_cart_that_became_an_order_of_less_holds_nothing(warehouse: Warehouse, quantity: int) -> None:
    first, second = warehouse.sell(10, 10)
    cart = warehouse.cart()
    warehouse.run(warehouse.hold(cart, {first: 2, second: 3}))
    warehouse.run(warehouse.consume(cart, uuid7(), {second: quantity}))
    assert warehouse.stock(first, second) == [(10, 0, 0, 10), (10, quantity, 0, 10 - quantity)]
    warehouse.assert_sound()


def test_spreading_leaves_promises_where_they_are(warehouse: Warehouse) -> None:
    (sku,) = warehouse.sell(30)
    holder, buyer = warehouse.carts(2)
    warehouse.run(warehouse.hold(holder, {sku: 4}))
    warehouse.run(warehouse.consume(buyer, uuid7(), {sku: 6}))
    answer = warehouse.run(warehouse.spread(sku, 4))
    assert (answer.buckets, answer.on_hand, answer.available) == (4, 30, 20)
    assert warehouse.rows(queries.SELECT_ROWS, sku=sku) == [(0, 15, 6, 4), (1, 5, 0, 0), (2, 5, 0, 0), (3, 5, 0, 0)]
    other = warehouse.cart()
    warehouse.run(warehouse.hold(other, {sku: 17}))
    warehouse.run(warehouse.spread(sku, 1))
    rows = warehouse.rows(queries.SELECT_ROWS, sku=sku)
    assert sum(row[1] for row in rows) == 30
    assert all(on_hand == allocated + reserved for bucket, on_hand, allocated, reserved in rows if bucket)
    warehouse.run(warehouse.release(other))
    assert sum(taken.quantity for taken in warehouse.run(warehouse.consume(other, uuid7(), {sku: 20}))) == 20
    warehouse.assert_sound()


def test_a_delivery_comes_evenly_into_the_rows_of_a_spread_sku(warehouse: Warehouse) -> None:
    (sku,) = warehouse.sell(0)
    warehouse.run(warehouse.spread(sku, 4))
    warehouse.run(warehouse.adjust(sku, 10))
    assert sorted(row[1] for row in warehouse.rows(queries.SELECT_ROWS, sku=sku)) == [2, 2, 3, 3]
    assert warehouse.run(warehouse.adjust(sku, -9)).available == 1
    warehouse.assert_sound()


def test_staff_may_take_what_expired_holds_kept(warehouse: Warehouse) -> None:
    (sku,) = warehouse.sell(10)
    expired, live = warehouse.carts(2)
    warehouse.run(warehouse.hold(expired, {sku: 5}))
    warehouse.run(warehouse.hold(live, {sku: 2}))
    warehouse.expire(expired)
    assert refused(warehouse, warehouse.adjust(sku, -9)) == {"sku": sku, "available": 8}
    assert warehouse.run(warehouse.adjust(sku, -8)).available == 0
    assert warehouse.held(expired) == {}
    warehouse.assert_sound()


def test_a_band_that_changes_is_told_once(warehouse: Warehouse) -> None:
    (sku,), cart = warehouse.sell(8), warehouse.cart()
    warehouse.change(queries.SET_LOW_AT, sku=sku, low_at=6)
    told = []
    for quantity in (1, 2, 7, 8, 1):
        ((now,),) = warehouse.rows(queries.SELECT_NOW)
        warehouse.run(warehouse.hold(cart, {sku: quantity}))
        told.append(len(warehouse.rows(queries.SELECT_TOLD, skus=[sku], after=now)))
    assert told == [0, 1, 0, 1, 1]


def test_what_was_tried_on_sight_and_given_up_hides_no_change_of_band(warehouse: Warehouse) -> None:
    plain, spread = warehouse.sell(6, 20)
    warehouse.run(warehouse.spread(spread, 4))
    ((now,),) = warehouse.rows(queries.SELECT_NOW)
    warehouse.run(warehouse.hold(warehouse.cart(), {plain: 1, spread: 9}))
    assert (plain,) in warehouse.rows(queries.SELECT_TOLD, skus=[plain], after=now)
    assert [row[0] for row in warehouse.rows(queries.SELECT_MOVEMENTS, sku=plain)] == ["opening", "reservation"]
