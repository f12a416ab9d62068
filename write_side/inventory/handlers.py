"""Adjusting stock, and spreading it over rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct, to_builtins

from kernel import outbox
from kernel.database import WriteConnection
from kernel.errors import NotFound, ValidationFailed
from kernel.events import StockAdjusted, StockMoved
from write_side.catalog.commands import Sku
from write_side.catalog.rules import clean_text
from write_side.context import Command, Result
from write_side.inventory import levels, rules, sql
from write_side.inventory.rules import BUCKETS_MAX, MAIN_LOCATION
from write_side.staff import audit


class AdjustStock(Struct, frozen=True, forbid_unknown_fields=True):
    """Units found or lost; never below what is allocated or reserved."""

    sku: Sku
    quantity_delta: Annotated[int, Meta(ge=-1_000_000_000, le=1_000_000_000)]
    reason: Annotated[str, Meta(min_length=1, max_length=200)]
    location: Annotated[str, Meta(pattern="^[a-z0-9-]{1,40}$")] = MAIN_LOCATION


class StockAnswer(Struct, frozen=True):
    """The level after the change, over all buckets."""

    sku: str
    location: str
    on_hand: int
    available: int


class PutBuckets(Struct, frozen=True, forbid_unknown_fields=True):
    """Over how many rows a SKU's stock is spread: many for one that everybody wants at once, else one."""

    buckets: Annotated[int, Meta(ge=1, le=BUCKETS_MAX)]


class BucketsAnswer(Struct, frozen=True):
    """A SKU's stock, over its buckets."""

    sku: str
    location: str
    buckets: int
    on_hand: int
    available: int


async def adjust_stock(conn: WriteConnection, command: Command, wanted: AdjustStock) -> Result:
    """Change stock on hand and write the movement. Raises `NotFound`, `OutOfStock`."""
    if wanted.quantity_delta == 0:
        raise ValidationFailed.of("quantity_delta", "must not be 0")
    clean_text("reason", wanted.reason)
    product_id, buckets = await _product_of(conn, wanted.sku)
    parameters = {"sku": wanted.sku, "location": wanted.location, "buckets": buckets}
    if await (await conn.execute(sql.LOCATION_EXISTS, parameters)).fetchone() is None:
        raise NotFound("there is no such location")
    if wanted.quantity_delta > 0:
        await conn.execute(sql.ADD_BUCKETS, parameters)
    found = (await levels.lock(conn, command.id, wanted.location, [wanted.sku]))[wanted.sku]
    changes = rules.spread(wanted.sku, found.rows, wanted.quantity_delta, buckets)
    await _move(conn, command, wanted.sku, wanted.location, changes, "adjustment", wanted.reason)
    event = StockAdjusted(
        product_id=product_id, sku=wanted.sku, location=wanted.location, quantity_delta=wanted.quantity_delta
    )
    await outbox.append(conn, [event], command.id)
    before = {"on_hand": found.on_hand}
    await audit.record(conn, command, "stock.adjust", f"sku:{wanted.sku}", before, to_builtins(wanted))
    on_hand, available = found.on_hand + wanted.quantity_delta, found.available + wanted.quantity_delta
    return Result(200, StockAnswer(wanted.sku, wanted.location, on_hand, available))


async def put_buckets(conn: WriteConnection, command: Command, sku: str, wanted: PutBuckets) -> Result:
    """Spread what is available of a SKU evenly over so many rows; again, it evens out. Raises `NotFound`."""
    product_id, before = await _product_of(conn, sku)
    parameters = {"sku": sku, "location": MAIN_LOCATION, "buckets": wanted.buckets}
    await conn.execute(sql.STORE_BUCKETS, parameters)
    await conn.execute(sql.ADD_BUCKETS, parameters)
    found = (await levels.lock(conn, command.id, MAIN_LOCATION, [sku]))[sku]
    await _move(conn, command, sku, MAIN_LOCATION, rules.even_out(found.rows, wanted.buckets), "transfer", None)
    await outbox.append(conn, [StockMoved(product_id=product_id, sku=sku)], command.id)
    after = to_builtins(wanted)
    await audit.record(conn, command, "stock.spread", f"sku:{sku}", {"buckets": before}, after)
    return Result(200, BucketsAnswer(sku, MAIN_LOCATION, wanted.buckets, found.on_hand, found.available))


async def open_stock(conn: WriteConnection, command: Command, sku: str, quantity: int) -> None:
    """The first stock of a new SKU at the main location."""
    if quantity:
        opening = {"sku": sku, "location": MAIN_LOCATION, "quantity": quantity, "command_id": command.id}
        await conn.execute(sql.OPEN_STOCK, opening)


async def _product_of(conn: WriteConnection, sku: str) -> tuple[str, int]:
    """A SKU's product and over how many rows its stock is spread. Raises `NotFound`."""
    row = await (await conn.execute(sql.SELECT_PRODUCT_OF, {"sku": sku})).fetchone()
    if row is None:
        raise NotFound("there is no such SKU")
    return str(row[0]), row[1]


async def _move(
    conn: WriteConnection,
    command: Command,
    sku: str,
    location: str,
    changes: Sequence[tuple[int, int]],
    kind: str,
    reason: str | None,
) -> None:
    """Change what is on hand in locked rows, and write the movements."""
    parameters = {
        "sku": sku,
        "location": location,
        "buckets": [bucket for bucket, _ in changes],
        "deltas": [delta for _, delta in changes],
        "kind": kind,
        "reason": reason,
        "command_id": command.id,
    }
    moved = await conn.execute(sql.MOVE_ON_HAND, parameters)
    assert moved.rowcount == len(changes), "locked rows hold what they were seen to hold"
