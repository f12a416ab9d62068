"""Edits of one cart at the same moment: none is lost, each sees what the one before it left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.carts.shopping import Guest

AT_ONCE = 12


def tab(guest: Guest) -> Guest:
    """Another tab of the same browser."""
    return Guest(guest.client, token=guest.token, cart=dict(guest.cart))


def test_units_added_at_once_are_all_there(guest: Guest, sell) -> None:
    sku = sell(quantity=AT_ONCE)["sku"]
    with ThreadPoolExecutor(AT_ONCE + 4) as pool:
        answers = list(pool.map(lambda _: tab(guest).add((sku, 1)).status_code, range(AT_ONCE + 4)))
    assert sorted(answers) == [200] * AT_ONCE + [409] * 4
    seen = guest.see().json()
    assert (seen["lines"][0]["quantity"], seen["version"]) == (AT_ONCE, AT_ONCE + 1)


def test_lines_put_at_once_are_all_there_and_add_up(guest: Guest, sell) -> None:
    products = [sell(amount=100 + number) for number in range(AT_ONCE)]

    def put(product) -> httpx.Response:
        return tab(guest).put(product["sku"], 2)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert {answer.status_code for answer in pool.map(put, products)} == {200}
    seen = guest.see().json()
    assert {line["sku"] for line in seen["lines"]} == {product["sku"] for product in products}
    assert seen["total"]["amount"] == sum(2 * (100 + number) for number in range(AT_ONCE))


def test_of_edits_at_one_version_one_passes(guest: Guest, sell) -> None:
    sku, seen = sell(quantity=100)["sku"], f'"{guest.cart["version"]}"'
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(
            pool.map(lambda number: tab(guest).put(sku, number + 1, if_match=seen).status_code, range(AT_ONCE))
        )
    assert sorted(answers) == [200] + [409] * (AT_ONCE - 1)
