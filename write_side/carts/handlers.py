"""Making carts and changing what is in them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec.structs import replace

from kernel import outbox
from kernel.carts import CartRow, cart_line, cart_of
from kernel.database import WriteConnection
from kernel.errors import NotFound, ShopError, StaleCart, ValidationFailed
from kernel.events import CartChanged
from kernel.ids import uuid7
from kernel.shapes import Cart, Money
from kernel.shopper import Shopper, hash_token
from kernel.web.etags import etag, matches
from write_side.carts import cart as carts
from write_side.carts import rules, sql
from write_side.carts.commands import PutLine, WantedLine
from write_side.carts.rules import Change, Content, Edited
from write_side.context import Command, Result, Statement
from write_side.inventory import holds
from write_side.pricing.tables import rates_of
from write_side.pricing.totals import Totals, Unpriced, price

TOKEN_BYTES: Final = 24
"""192 bits: nobody guesses a cart."""

EMPTY: Final = Edited([], [])


async def create_cart(
    conn: WriteConnection, command: Command, shopper: Shopper, wanted: Sequence[WantedLine]
) -> Result:
    """A cart with these lines, all or none. Raises `OutOfStock`, `ValidationFailed`."""
    cart_id = uuid7()
    contents = await _contents(conn, cart_id, command.currency, _added(wanted))
    edited = rules.edit(contents, _added(wanted), command.currency, _unknown_of(wanted))
    statement, result = new_cart(command, shopper, edited, cart_id)
    await conn.execute(*statement)
    return result


def new_cart(
    command: Command, shopper: Shopper, edited: Edited = EMPTY, cart_id: UUID | None = None
) -> tuple[Statement, Result]:
    """The statement that makes a cart of the customer's, or of whoever gets its token; and the answer."""
    cart_id, token = cart_id or uuid7(), secrets.token_urlsafe(TOKEN_BYTES)
    totals = price(edited.lines, 0)
    parameters: dict[str, Any] = {
        "cart_id": cart_id,
        "token_hash": hash_token(token),
        "customer_id": shopper.customer_id,
        "currency": command.currency,
        **_amounts(totals),
        "lines": carts.priced(totals),
        **outbox.parameters([CartChanged(cart_id=str(cart_id), version=1)], command.id),
    }
    new = CartRow(cart_id, shopper.customer_id, "active", 1, command.currency, None, None, 0, 0, 0, 0, 0, None, None)
    shown = replace(carts.shape(new, totals, edited.notices), token=token)
    result = Result(201, shown, {"location": f"/api/v1/carts/{cart_id}", "etag": etag(1)})
    return (sql.INSERT_CART, parameters), result


async def put_line(
    conn: WriteConnection,
    command: Command,
    shopper: Shopper,
    cart_id: UUID,
    sku: str,
    wanted: PutLine,
    if_match: str | None,
) -> Result:
    """Let a cart hold so many units of a SKU. Raises `NotFound`, `OutOfStock`, `StaleCart`, `OrderPending`."""
    seen = Money(wanted.seen_price.amount, wanted.seen_price.currency) if wanted.seen_price else None
    changes = {sku: Change(wanted.quantity, seen=seen)}
    return await _edit(conn, command, shopper, cart_id, changes, if_match, lambda _: NotFound("there is no such SKU"))


async def add_lines(
    conn: WriteConnection,
    command: Command,
    shopper: Shopper,
    cart_id: UUID,
    wanted: Sequence[WantedLine],
    if_match: str | None,
) -> Result:
    """Put lines into a cart, all or none. Raises as `put_line`, `ValidationFailed` for a SKU that is not sold."""
    return await _edit(conn, command, shopper, cart_id, _added(wanted), if_match, _unknown_of(wanted))


async def _edit(
    conn: WriteConnection,
    command: Command,
    shopper: Shopper,
    cart_id: UUID,
    changes: Mapping[str, Change],
    if_match: str | None,
    unknown: Callable[[str], ShopError],
) -> Result:
    cart = await carts.lock_open(conn, shopper, cart_id)
    contents = await _contents(conn, cart_id, cart.currency, changes)
    if not matches(if_match, cart.version):
        raise StaleCart(version=cart.version, cart=_stored(cart, contents))
    edited = rules.edit(contents, changes, cart.currency, unknown)
    stored = [content.stored for content in contents if content.stored]
    claims = cart.customer_id is None and shopper.customer_id is not None
    if edited.lines == stored and not claims:
        return Result(
            200, replace(_stored(cart, contents), notices=edited.notices), {"etag": etag(cart.version)}, wrote=False
        )
    address = cart.shipping_address
    tax_ppm = (await rates_of(conn, address, cart.currency)).tax_ppm if address else 0
    return await _store(conn, command, shopper, cart, price(edited.lines, tax_ppm), edited)


async def _store(
    conn: WriteConnection, command: Command, shopper: Shopper, cart: CartRow, totals: Totals, edited: Edited
) -> Result:
    """Store a cart that was edited: it is no longer at checkout, so what was held for it is for sale again."""
    after = carts.edited(cart, shopper.customer_id)
    parameters: dict[str, Any] = {
        "cart_id": cart.id,
        "customer_id": after.customer_id,
        "version": after.version,
        **_amounts(totals),
        "lines": carts.priced(totals),
        **outbox.parameters([CartChanged(cart_id=str(cart.id), version=after.version)], command.id),
    }
    await conn.execute(sql.STORE_CART, parameters)
    if cart.status == "checking_out":
        await holds.release(conn, command.id, cart.id)
    return Result(200, carts.shape(after, totals, edited.notices), {"etag": etag(after.version)})


async def _contents(
    conn: WriteConnection, cart_id: UUID, currency: str, changes: Mapping[str, Change]
) -> list[Content]:
    """What is in the cart and what is wanted in it, in the order of its lines."""
    parameters: dict[str, Any] = {
        "cart_id": cart_id,
        "currency": currency,
        "wanted": msgspec.json.encode(
            [{"sku": sku, "quantity": change.quantity} for sku, change in changes.items()]
        ).decode(),
        "adding": any(change.adds for change in changes.values()),
    }
    contents = []
    for row in await (await conn.execute(sql.SELECT_CONTENTS, parameters)).fetchall():
        sku, product_id, title, quantity, unit, sold_product, sold_title, sold_unit, available = row
        stored = None if quantity is None else Unpriced(sku, product_id, title, quantity, unit)
        sold = None if sold_product is None else Unpriced(sku, sold_product, sold_title, quantity or 0, sold_unit)
        contents.append(Content(sku, stored, sold, available))
    return contents


def _stored(cart: CartRow, contents: Sequence[Content]) -> Cart:
    """A cart as it is stored."""
    lines = [
        cart_line(
            line.sku,
            str(line.product_id),
            line.title,
            line.quantity,
            line.unit_minor,
            line.unit_minor * line.quantity,
            cart.currency,
        )
        for content in contents
        if (line := content.stored)
    ]
    return cart_of(cart, lines)


def _added(wanted: Sequence[WantedLine]) -> dict[str, Change]:
    quantities: dict[str, int] = {}
    for line in wanted:
        quantities[line.sku] = quantities.get(line.sku, 0) + line.quantity
    return {sku: Change(quantity, adds=True) for sku, quantity in quantities.items()}


def _unknown_of(wanted: Sequence[WantedLine]) -> Callable[[str], ShopError]:
    places = {line.sku: index for index, line in reversed(list(enumerate(wanted)))}
    return lambda sku: ValidationFailed.of(f"lines[{places[sku]}].sku", "is not sold here")


def _amounts(totals: Totals) -> dict[str, int]:
    return {
        "subtotal": totals.subtotal_minor,
        "discount": totals.discount_minor,
        "shipping": totals.shipping_minor,
        "tax": totals.tax_minor,
        "total": totals.total_minor,
    }
