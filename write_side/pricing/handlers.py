"""Changing prices."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct, to_builtins

from kernel import outbox
from kernel.database import WriteConnection
from kernel.errors import NotFound, ValidationFailed
from kernel.events import PriceChanged
from kernel.shapes import Money
from write_side.catalog.commands import Price, Sku
from write_side.context import Command, Result
from write_side.pricing import sql
from write_side.staff import audit


class PutPrice(Struct, frozen=True, forbid_unknown_fields=True):
    """The price of one SKU; `compare_at_price` is shown struck through and must be higher."""

    sku: Sku
    price: Price
    compare_at_price: Price | None = None


class PriceAnswer(Struct, frozen=True):
    """The price as it is now."""

    sku: str
    price: Money
    compare_at_price: Money | None


async def put_price(conn: WriteConnection, command: Command, product_id: UUID, wanted: PutPrice) -> Result:
    """Set the price of a SKU of the product. Raises `NotFound`, `ValidationFailed` for another currency."""
    found = await conn.execute(sql.LOCK_VARIANT_OF, {"sku": wanted.sku, "product_id": product_id})
    if await found.fetchone() is None:
        raise NotFound("the product has no such SKU")
    parameters = {"sku": wanted.sku, "currency": wanted.price.currency}
    row = await (await conn.execute(sql.LOCK_PRICE, parameters)).fetchone()
    compare_at = wanted.compare_at_price
    answer = PriceAnswer(wanted.sku, _money(wanted.price), _money(compare_at) if compare_at else None)
    await store_price(conn, command, wanted.sku, wanted.price, compare_at)
    event = PriceChanged(
        product_id=str(product_id),
        sku=wanted.sku,
        currency=wanted.price.currency,
        amount_minor=wanted.price.amount,
        previous_minor=row[0] if row else None,
    )
    await outbox.append(conn, [event], command.id)
    before = {"amount": row[0], "compare_at": row[1]} if row else None
    await audit.record(conn, command, "price.change", f"sku:{wanted.sku}", before, to_builtins(answer))
    return Result(200, answer)


async def store_price(
    conn: WriteConnection, command: Command, sku: str, price: Price, compare_at: Price | None
) -> Price:
    """Store a price in the shop's currency. Raises `ValidationFailed`."""
    if price.currency != command.currency or (compare_at and compare_at.currency != command.currency):
        raise ValidationFailed.of("price.currency", f"this shop's prices are in {command.currency}")
    if compare_at and compare_at.amount <= price.amount:
        raise ValidationFailed.of("compare_at_price.amount", "must be higher than the price")
    await conn.execute(
        sql.UPSERT_PRICE,
        {
            "sku": sku,
            "currency": price.currency,
            "amount_minor": price.amount,
            "compare_at_minor": compare_at.amount if compare_at else None,
        },
    )
    return price


def _money(price: Price) -> Money:
    return Money(price.amount, price.currency)
