"""Tax and shipping by place, as a new shop has them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import pytest

from kernel.database import Database, SyncDatabase, SyncWriteConnection
from kernel.settings import DatabaseSettings, load
from kernel.shapes import Address
from tests.support.stack import Stack
from tests.write_side.queries import CHANGE_RATES, SELECT_RATES
from write_side.pricing.tables import ensure_tables, rates_of

T = TypeVar("T")


def address(country: str, region: str | None = None) -> Address:
    return Address("Ada Lane", "1 Main Street", "Springfield", "12345", country, region=region)


@pytest.fixture(scope="module")
def look_up(stack: Stack) -> Callable[[Callable[[Any], Awaitable[T]]], T]:
    """Runs one look-up in a transaction of the primary."""
    (settings,) = load(DatabaseSettings, env=stack.env)

    def run(work: Callable[[Any], Awaitable[T]]) -> T:
        async def alone() -> T:
            database = Database(settings, read=False)
            await database.open()
            try:
                return await database.run(work)
            finally:
                await database.close()

        return asyncio.run(alone())

    return run


@pytest.mark.parametrize(
    ("country", "region", "rate_ppm"),
    [
        ("US", "CA", 72_500),
        ("US", "ca ", 72_500),
        ("US", "US-CA", 72_500),
        ("US", "California", 72_500),
        ("US", "Oregon", 0),
        ("US", "Springfield", 0),
        ("US", None, 0),
        ("CA", "Quebec", 149_750),
        ("CA", None, 50_000),
        ("DE", None, 190_000),
        ("DE", "CA", 190_000),
        ("GB", "Kent", 200_000),
        ("CH", None, 81_000),
        ("JP", None, 0),
    ],
)
def test_tax_is_the_regions_else_the_countrys(look_up, country: str, region: str | None, rate_ppm: int) -> None:
    assert look_up(lambda conn: rates_of(conn, address(country, region), "USD")).tax_ppm == rate_ppm


@pytest.mark.parametrize(("country", "standard_minor"), [("US", 599), ("DE", 1999), ("JP", 1999)])
def test_shipping_is_the_countrys_else_everywheres(look_up, country: str, standard_minor: int) -> None:
    options = look_up(lambda conn: rates_of(conn, address(country), "USD")).shipping
    assert [option.option for option in options] == ["standard", "express"]
    assert options[0].amount_minor == standard_minor
    assert options[0].days > options[1].days > 0


def test_nothing_is_sent_for_a_currency_without_rates(look_up) -> None:
    rates = look_up(lambda conn: rates_of(conn, address("US", "CA"), "XTS"))
    assert (rates.tax_ppm, rates.shipping) == (72_500, [])


@pytest.fixture
def undone(database: SyncDatabase) -> Iterator[SyncWriteConnection]:
    """A transaction of the primary that comes to nothing."""
    with database.transaction() as conn, conn.transaction(force_rollback=True):
        yield conn


def test_another_start_changes_nothing_that_staff_changed(undone) -> None:
    undone.execute(CHANGE_RATES)
    before = undone.execute(SELECT_RATES).fetchall()
    ensure_tables(undone, "USD")
    assert undone.execute(SELECT_RATES).fetchall() == before


def test_a_new_shop_sells_in_its_currency(undone) -> None:
    ensure_tables(undone, "JPY")
    rows = [row for row in undone.execute(SELECT_RATES).fetchall() if row[0] == "JPY"]
    assert ("JPY", "US", 6) in rows
    assert len(rows) == 4
