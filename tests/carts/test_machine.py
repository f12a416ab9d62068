"""Any order of edits, stale tabs and price changes leaves a cart that adds up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.carts.shopping import Guest, error, usd

STOCK = 12
SKUS = st.integers(0, 3)
QUANTITIES = st.integers(1, 14)


class Shopping(RuleBasedStateMachine):
    """A cart beside a model of it: quantities, the prices it was stored with, the prices of now."""

    client: httpx.Client
    staff: httpx.Client
    sell: Callable[..., dict[str, Any]]

    def __init__(self) -> None:
        super().__init__()
        self.products = [type(self).sell(quantity=STOCK, amount=1000 + number) for number in range(4)]
        self.skus = [product["sku"] for product in self.products]
        self.now = {sku: 1000 + number for number, sku in enumerate(self.skus)}
        self.stored: dict[str, int] = {}
        self.lines: dict[str, int] = {}
        self.guest = Guest(self.client).open()
        self.version = 1

    def told(self, answer: httpx.Response, lines: dict[str, int], seen: dict[str, int]) -> None:
        """The answer of an edit that leads to `lines`, where the shopper last saw the prices of `seen`."""
        assert answer.status_code == 200, answer.text
        prices = {sku: self.now[sku] for sku in lines}
        if (lines, prices) != (self.lines, self.stored):
            self.version += 1
        notices = [
            {"code": "price_changed", "sku": sku, "seen": usd(before), "now": usd(self.now[sku])}
            for sku in lines
            if (before := seen.get(sku, self.stored.get(sku, self.now[sku]))) != self.now[sku]
        ]
        self.lines, self.stored = lines, prices
        assert answer.json()["notices"] == notices
        assert self.guest.see().json() == {**answer.json(), "notices": []}

    @rule(number=SKUS, quantity=st.integers(0, 14), guess=st.none() | st.integers(990, 1010))
    def put(self, number: int, quantity: int, guess: int | None) -> None:
        sku = self.skus[number]
        answer = self.guest.put(sku, quantity, seen=guess)
        if quantity > STOCK:
            assert (error(answer), answer.json()["available"]) == ((409, "out_of_stock"), STOCK)
            return
        lines = {**self.lines, sku: quantity} if quantity else {k: v for k, v in self.lines.items() if k != sku}
        self.told(answer, lines, {} if guess is None else {sku: guess})

    @rule(wanted=st.lists(st.tuples(SKUS, QUANTITIES), min_size=1, max_size=4))
    def add(self, wanted: list[tuple[int, int]]) -> None:
        answer = self.guest.add(*((self.skus[number], quantity) for number, quantity in wanted))
        lines = dict(self.lines)
        for sku in sorted({self.skus[number] for number, _ in wanted}):
            added = sum(quantity for number, quantity in wanted if self.skus[number] == sku)
            lines[sku] = lines.get(sku, 0) + added
        if max(lines.values()) > STOCK:
            assert error(answer) == (409, "out_of_stock")
            assert lines[answer.json()["sku"]] > STOCK
            return
        self.told(answer, lines, {})

    @rule(number=SKUS)
    def remove(self, number: int) -> None:
        sku = self.skus[number]
        self.told(self.guest.remove(sku), {k: v for k, v in self.lines.items() if k != sku}, {})

    @rule(number=SKUS, behind=st.integers(1, 3))
    def edit_in_a_stale_tab(self, number: int, behind: int) -> None:
        answer = self.guest.put(self.skus[number], 1, if_match=f'"{self.version - behind}"')
        assert error(answer) == (409, "stale_cart")
        assert (answer.json()["version"], answer.json()["cart"]) == (self.version, self.guest.see().json())

    @rule(number=SKUS, amount=st.integers(990, 1010))
    def change_a_price(self, number: int, amount: int) -> None:
        product = self.products[number]
        body = {"sku": product["sku"], "price": usd(amount)}
        self.staff.put(f"/api/v1/admin/products/{product['id']}/prices", json=body).raise_for_status()
        self.now[product["sku"]] = amount

    @invariant()
    def adds_up(self) -> None:
        cart = self.guest.see().json()
        assert {line["sku"]: line["quantity"] for line in cart["lines"]} == self.lines
        assert [line["sku"] for line in cart["lines"]] == list(self.lines)
        assert {line["sku"]: line["unit_price"]["amount"] for line in cart["lines"]} == self.stored
        assert all(line["line_total"] == usd(line["unit_price"]["amount"] * line["quantity"]) for line in cart["lines"])
        total = sum(self.stored[sku] * quantity for sku, quantity in self.lines.items())
        assert (cart["subtotal"], cart["total"], cart["version"]) == (usd(total), usd(total), self.version)


def test_any_order_of_edits_fits_the_model(edge_client, staff, sell, scale) -> None:
    machine = type("Shopping", (Shopping,), {"client": edge_client, "staff": staff, "sell": staticmethod(sell)})
    run_state_machine_as_test(machine, settings=settings(max_examples=8 * scale, stateful_step_count=15, deadline=None))
