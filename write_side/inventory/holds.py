"""Holds: units reserved for a cart, from the start of its checkout until they are an order's or their time is up.

The caller has the cart's lock and calls these last in its transaction. What can be done on sight is one statement after
a look at what the cart holds. What cannot (a SKU is short, holds were taken back, the cart was edited) is done
thoroughly: every row of the SKUs is locked in order, expired holds are taken back, and only what is short then is out
of stock. Expiry goes by the database's clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from kernel import outbox
from kernel.database import SyncWriteConnection, WriteConnection
from kernel.ids import uuid7
from write_side.inventory import hold_sql as sql
from write_side.inventory import levels, rules
from write_side.inventory.rules import MAIN_LOCATION, Change


@dataclass(frozen=True)
class Wanted:
    """So many units of a SKU."""

    sku: str
    quantity: int


@dataclass(frozen=True)
class Taken:
    """Units of one stock row that an order has."""

    sku: str
    location: str
    bucket: int
    quantity: int


async def hold(
    conn: WriteConnection,
    command_id: UUID,
    cart_id: UUID,
    wanted: Sequence[Wanted],
    until: datetime,
    enough: datetime | None = None,
) -> None:
    """Make the cart's held units exactly `wanted`, until a time of the database's clock.

    Holds that are there and last until `enough` are not written again for the sake of a little more.

    Raises `OutOfStock` with the first SKU that is short and how many of it this cart could have.
    """
    units = _units(wanted)
    asked = {**_asked(command_id, cart_id, units), "expires_at": until, "enough": enough or until}
    row = await (await conn.execute(sql.KEEP_HOLDS, asked)).fetchone()
    assert row is not None
    kept, held, is_spread = row
    if kept == sum(units.values()) and set(held) == set(units):
        return
    changes = None if held else await _hold_on_sight(conn, asked, units, is_spread)
    if changes is None:
        changes, _ = await _take_thoroughly(conn, sql.HOLD_PARTS, asked, units, held)
    await levels.announce(conn, command_id, changes)


async def release(conn: WriteConnection, command_id: UUID, cart_id: UUID) -> None:
    """Give back every unit the cart holds."""
    rows = await (await conn.execute(sql.RELEASE_HOLDS, {"cart_id": cart_id, "command_id": command_id})).fetchall()
    await levels.announce(conn, command_id, [Change(*row) for row in rows])


async def consume(
    conn: WriteConnection, command_id: UUID, cart_id: UUID, order_id: UUID, wanted: Sequence[Wanted]
) -> list[Taken]:
    """Make the cart's held units the order's; what it does not hold any more is taken from what is available.

    The cart holds nothing afterwards.
    Raises `OutOfStock` with the first SKU that is short and how many of it this order could have.
    """
    units = _units(wanted)
    asked = {**_asked(command_id, cart_id, units), "order_id": order_id}
    rows = await (await conn.execute(sql.CONSUME_HOLDS, asked)).fetchall()
    if not rows:
        held = await (await conn.execute(sql.SELECT_HELD_SKUS, asked)).fetchall()
        changes, rows = await _take_thoroughly(conn, sql.ALLOCATE_PARTS, asked, units, [sku for (sku,) in held])
        await levels.announce(conn, command_id, changes)
    return [Taken(*row) for row in rows]


async def deallocate(conn: WriteConnection, command_id: UUID, order_id: UUID) -> None:
    """Make what an order has available again; nothing the second time."""
    rows = await (await conn.execute(sql.DEALLOCATE, {"order_id": order_id, "command_id": command_id})).fetchall()
    await levels.announce(conn, command_id, [Change(*row) for row in rows])


def sweep_expired(conn: SyncWriteConnection, limit: int) -> int:
    """Take back at most `limit` expired holds and return how many; what somebody has locked is left for the next time.

    Nothing depends on it but how soon a page shows the units again: whoever is short of them takes them back at once.
    """
    command_id = uuid7()
    skus = [sku for (sku,) in conn.execute(sql.SELECT_DUE_SKUS, {"limit": limit}).fetchall()]
    asked = {"skus": skus, "location": None, "limit": limit, "command_id": command_id}
    rows = conn.execute(sql.TAKE_BACK, asked).fetchall() if skus else []
    if told := rules.to_tell([Change(*row[:5]) for row in rows]):
        products = conn.execute(sql.SELECT_PRODUCTS_OF, {"skus": told}).fetchall()
        outbox.append_sync(conn, levels.moved(products), command_id)
    return sum(row[5] for row in rows)


def _units(wanted: Sequence[Wanted]) -> dict[str, int]:
    return rules.quantities((want.sku, want.quantity) for want in wanted)


def _asked(command_id: UUID, cart_id: UUID, units: Mapping[str, int]) -> dict[str, Any]:
    return {
        "command_id": command_id,
        "cart_id": cart_id,
        "location": MAIN_LOCATION,
        "skus": list(units),
        "quantities": list(units.values()),
    }


async def _hold_on_sight(
    conn: WriteConnection, asked: dict[str, Any], units: Mapping[str, int], is_spread: bool
) -> list[Change] | None:
    """Hold for a cart that holds nothing; None, and nothing is held, where that takes more than a look.

    A savepoint gives back what was held and unlocks what was short, so that all rows may be locked in order after it.
    Of a SKU with one row nothing needs to be unlocked: it is the first in order.
    """
    if len(units) == 1 and not is_spread:
        return await _hold_each(conn, asked, units)
    async with conn.transaction():
        if changes := await _hold_each(conn, asked, units):
            return changes
        raise psycopg.Rollback
    return None


async def _hold_each(conn: WriteConnection, asked: dict[str, Any], units: Mapping[str, int]) -> list[Change] | None:
    """Hold SKU by SKU, sorted; None as soon as one is short."""
    changes = []
    for sku, quantity in units.items():
        wanted = {**asked, "sku": sku, "quantity": quantity}
        row = await (await conn.execute(sql.HOLD_UNITS, wanted)).fetchone()
        if row is None:
            return None
        changes.append(Change(*row))
    return changes


async def _take_thoroughly(
    conn: WriteConnection, statement: str, asked: dict[str, Any], units: Mapping[str, int], held: Sequence[str]
) -> tuple[list[Change], list[tuple[Any, ...]]]:
    """Take `units` of rows that are all locked, by `statement`; what the cart held before is given back first."""
    locked = await levels.lock(conn, asked["command_id"], MAIN_LOCATION, {*units, *held}, asked["cart_id"])
    parts = [(sku, *part) for sku, quantity in units.items() for part in rules.split(sku, locked[sku].rows, quantity)]
    skus, buckets, quantities = zip(*parts, strict=True) if parts else ((), (), ())
    taken = {**asked, "skus": list(skus), "buckets": list(buckets), "quantities": list(quantities)}
    rows = await (await conn.execute(statement, taken)).fetchall()
    assert len(rows) == len(parts), "locked rows hold what they were seen to hold"
    return [found.taking(units.get(sku, 0)) for sku, found in locked.items()], rows
