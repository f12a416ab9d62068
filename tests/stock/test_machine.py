"""Stock, holds and orders in any order of acts, beside a model that only counts; a real, committed database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from kernel.availability import band
from kernel.errors import OutOfStock
from kernel.ids import uuid7
from tests.stock import queries
from tests.stock.warehouse import Units, Warehouse

CARTS = 4
OPENING = (30, 12, 6)
CART = st.integers(0, CARTS - 1)
SKU = st.integers(0, len(OPENING) - 1)
PICKED = st.dictionaries(SKU, st.integers(1, 5), min_size=1)


class StockMachine(RuleBasedStateMachine):
    """`held` is what each cart may count on: an expired hold is nobody's, and may yet become its cart's again."""

    def __init__(self, warehouse: Warehouse) -> None:
        super().__init__()
        self.warehouse = warehouse
        self.skus = warehouse.sell(*OPENING)
        self.carts = warehouse.carts(CARTS)
        self.on_hand = dict(zip(self.skus, OPENING, strict=True))
        self.held: dict[UUID, Units] = {cart: {} for cart in self.carts}
        self.orders: dict[UUID, tuple[UUID, Units]] = {}
        self.told_as = {sku: band(quantity, None, False) for sku, quantity in self.on_hand.items()}
        ((self.seen,),) = warehouse.rows(queries.SELECT_NOW)

    def allocated(self, sku: str) -> int:
        return sum(units.get(sku, 0) for _, units in self.orders.values())

    def free(self, sku: str, cart: UUID | None = None) -> int:
        """Units that are promised to nobody but the cart."""
        held = sum(units.get(sku, 0) for owner, units in self.held.items() if owner != cart)
        return self.on_hand[sku] - held - self.allocated(sku)

    def short(self, units: Units, cart: UUID | None = None) -> dict[str, Any] | None:
        """What a refusal says, None where there is enough."""
        found = (sku for sku in sorted(units) if self.free(sku, cart) < units[sku])
        return next(({"sku": sku, "available": self.free(sku, cart)} for sku in found), None)

    def attempt(self, work: Any, refusal: dict[str, Any] | None) -> Any:
        """The result of a work that is refused exactly when the model says so, and with what it says."""
        if refusal is None:
            return self.warehouse.run(work)
        with pytest.raises(OutOfStock) as error:
            self.warehouse.run(work)
        assert error.value.data == refusal
        return None

    def units(self, picked: Mapping[int, int]) -> dict[str, int]:
        return {self.skus[number]: quantity for number, quantity in picked.items()}

    def one_of(self, data: st.DataObject, carts: Iterable[UUID]) -> UUID:
        """One of the carts, by a number, in the order in which they were made: their ids differ from run to run."""
        found = [cart for cart in self.carts if cart in set(carts)]
        return found[data.draw(st.integers(0, 999)) % len(found)]

    def holding(self) -> list[UUID]:
        return [cart for cart, units in self.held.items() if units]

    @rule(cart=CART, picked=PICKED)
    def hold(self, cart: int, picked: Mapping[int, int]) -> None:
        owner, units = self.carts[cart], self.units(picked)
        if self.attempt(self.warehouse.hold(owner, units), self.short(units, owner)):
            self.held[owner] = units
            assert self.warehouse.held(owner) == units

    @precondition(holding)
    @rule(data=st.data())
    def extend(self, data: st.DataObject) -> None:
        owner = self.one_of(data, self.holding())
        self.warehouse.run(self.warehouse.hold(owner, self.held[owner]))

    @rule(cart=CART)
    def release(self, cart: int) -> None:
        owner = self.carts[cart]
        self.warehouse.run(self.warehouse.release(owner))
        self.held[owner] = {}
        assert self.warehouse.held(owner) == {}

    @precondition(holding)
    @rule(data=st.data())
    def expire(self, data: st.DataObject) -> None:
        owner = self.one_of(data, self.holding())
        self.warehouse.expire(owner)
        self.held[owner] = {}

    @precondition(holding)
    @rule(data=st.data())
    def order_what_is_held(self, data: st.DataObject) -> None:
        owner = self.one_of(data, self.holding())
        self.order(owner, self.held[owner])

    @rule(cart=CART, picked=PICKED)
    def order_anything(self, cart: int, picked: Mapping[int, int]) -> None:
        self.order(self.carts[cart], self.units(picked))

    def order(self, owner: UUID, units: Units) -> None:
        """A cart becomes one order at a time; its order before is canceled."""
        self.cancel_order(owner)
        order = uuid7()
        taken = self.attempt(self.warehouse.consume(owner, order, units), self.short(units, owner))
        if taken is not None:
            assert {sku: sum(part.quantity for part in taken if part.sku == sku) for sku in units} == dict(units)
            self.orders[owner], self.held[owner] = (order, units), {}
            assert self.warehouse.held(owner) == {}

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        self.cancel_order(self.one_of(data, self.orders))

    def cancel_order(self, owner: UUID) -> None:
        if owner in self.orders:
            order, _ = self.orders.pop(owner)
            self.warehouse.run(self.warehouse.cancel(order))

    @rule(sku=SKU, delta=st.integers(-15, 15).filter(bool))
    def adjust(self, sku: int, delta: int) -> None:
        name = self.skus[sku]
        answer = self.attempt(self.warehouse.adjust(name, delta), self.short({name: -delta}))
        if answer:
            self.on_hand[name] += delta
            assert (answer.on_hand, answer.available) == (self.on_hand[name], self.free(name))

    @rule(sku=SKU, buckets=st.sampled_from([1, 2, 3, 16]))
    def spread(self, sku: int, buckets: int) -> None:
        name = self.skus[sku]
        answer = self.warehouse.run(self.warehouse.spread(name, buckets))
        assert (answer.on_hand, answer.available) == (self.on_hand[name], self.free(name))

    @rule(limit=st.integers(1, 9))
    def sweep(self, limit: int) -> None:
        assert self.warehouse.sweep(limit) <= limit

    @invariant()
    def levels_are_what_the_model_says_and_bands_were_told(self) -> None:
        told = self.warehouse.rows(queries.SELECT_TOLD, skus=self.skus, after=self.seen)
        for sku, on_hand, allocated, reserved, available, _, live in self.warehouse.rows(
            queries.SELECT_STOCK, skus=self.skus
        ):
            assert (on_hand, allocated) == (self.on_hand[sku], self.allocated(sku))
            assert live == sum(units.get(sku, 0) for units in self.held.values()) <= reserved
            assert 0 <= available <= self.free(sku)
            now = band(available, None, False)
            assert now == self.told_as[sku] or (sku,) in told
            self.told_as[sku] = now
        ((self.seen,),) = self.warehouse.rows(queries.SELECT_NOW)


def test_stock_in_any_order(warehouse: Warehouse, scale: int) -> None:
    warehouse.sweep()
    run_state_machine_as_test(
        lambda: StockMachine(warehouse),
        settings=settings(
            max_examples=15 * scale, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    warehouse.assert_sound()
