"""Adjusting stock."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, to_builtins

from kernel import outbox
from kernel.database import WriteConnection
from kernel.errors import NotFound, OutOfStock, ValidationFailed
from kernel.events import StockAdjusted
from write_side.catalog.commands import Sku
from write_side.catalog.rules import clean_text
from write_side.context import Command, Result
from write_side.inventory import rules, sql
from write_side.staff import audit

MAIN_LOCATION = "main"


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


async def adjust_stock(conn: WriteConnection, command: Command, wanted: AdjustStock) -> Result:
    """Change stock on hand and write the movement. Raises `NotFound`, `OutOfStock`."""
    if wanted.quantity_delta == 0:
        raise ValidationFailed.of("quantity_delta", "must not be 0")
    clean_text("reason", wanted.reason)
    parameters = {"sku": wanted.sku, "location": wanted.location}
    product = await (await conn.execute(sql.SELECT_PRODUCT_OF, parameters)).fetchone()
    if product is None:
        raise NotFound("there is no such SKU")
    if await (await conn.execute(sql.LOCATION_EXISTS, parameters)).fetchone() is None:
        raise NotFound("there is no such location")
    levels = await (await conn.execute(sql.LOCK_LEVELS, parameters)).fetchall()
    changes = rules.spread(wanted.sku, [(row[0], row[2]) for row in levels], wanted.quantity_delta)
    for bucket, delta in changes:
        await _move(conn, command, wanted.sku, wanted.location, bucket, delta, "adjustment", wanted.reason)
    event = StockAdjusted(
        product_id=str(product[0]),
        sku=wanted.sku,
        location=wanted.location,
        quantity_delta=wanted.quantity_delta,
    )
    await outbox.append(conn, [event], command.id)
    on_hand, available = sum(row[1] for row in levels), sum(row[2] for row in levels)
    answer = StockAnswer(
        wanted.sku, wanted.location, on_hand + wanted.quantity_delta, available + wanted.quantity_delta
    )
    await audit.record(conn, command, "stock.adjust", f"sku:{wanted.sku}", {"on_hand": on_hand}, to_builtins(wanted))
    return Result(200, answer)


async def open_stock(conn: WriteConnection, command: Command, sku: str, quantity: int) -> None:
    """The first stock of a new SKU at the main location."""
    if quantity:
        await _move(conn, command, sku, MAIN_LOCATION, 0, quantity, "opening", None)


async def _move(
    conn: WriteConnection,
    command: Command,
    sku: str,
    location: str,
    bucket: int,
    delta: int,
    kind: str,
    reason: str | None,
) -> None:
    row = {"sku": sku, "location": location, "bucket": bucket, "delta": delta, "taken": -delta}
    if delta > 0:
        await conn.execute(sql.ADD_STOCK, row)
    elif (await conn.execute(sql.TAKE_STOCK, row)).rowcount == 0:
        raise OutOfStock(f"fewer of {sku} are available", sku=sku, available=0)
    await conn.execute(sql.INSERT_MOVEMENT, {**row, "kind": kind, "reason": reason, "command_id": command.id})
