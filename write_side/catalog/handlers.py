"""Creating, editing, unpublishing and deleting products."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from msgspec import UNSET, to_builtins
from psycopg.types.json import Jsonb

from kernel import outbox
from kernel.database import WriteConnection
from kernel.errors import Conflict, NotFound, StaleEdit, ValidationFailed
from kernel.events import Event, ProductCreated, ProductDeleted, ProductUnpublished, ProductUpdated
from kernel.ids import uuid7
from kernel.shapes import Money
from kernel.web.etags import etag, matches
from write_side.catalog import commands as asked
from write_side.catalog import parts, rules, sql
from write_side.context import Command, Result
from write_side.inventory.handlers import open_stock
from write_side.pricing.handlers import store_price
from write_side.staff import audit


async def create_product(conn: WriteConnection, command: Command, wanted: asked.CreateProduct) -> Result:
    """A product with one SKU, its price and opening stock. Raises `Conflict` when the SKU is taken."""
    product_id = uuid7()
    title = rules.clean_text("title", wanted.title)
    if not title:
        raise ValidationFailed.of("title", "a title has letters")
    brand_id = await parts.brand(conn, rules.clean_text("brand", wanted.brand) or "Unbranded")
    category_id, label, events = await parts.category(conn, wanted.category)
    await parts.attributes(conn, wanted.attributes)
    slug = await parts.free_slug(conn, title, product_id)
    row = {
        "id": product_id,
        "slug": slug,
        "title": title,
        "description": rules.clean_text("description", wanted.description),
        "brand_id": brand_id,
        "category_id": category_id,
        "attributes": Jsonb(wanted.attributes),
    }
    await conn.execute(sql.INSERT_PRODUCT, row)
    await _insert_variant(conn, product_id, wanted.sku, title, {}, [])
    price = await store_price(conn, command, wanted.sku, wanted.price, None)
    await open_stock(conn, command, wanted.sku, wanted.quantity)
    await outbox.append(conn, [*events, ProductCreated(product_id=str(product_id))], command.id)
    answer = asked.ProductCreatedAnswer(
        str(product_id),
        wanted.sku,
        slug,
        title,
        wanted.brand,
        label,
        Money(price.amount, price.currency),
        wanted.quantity,
    )
    await audit.record(conn, command, "product.create", f"product:{product_id}", None, to_builtins(answer))
    return Result(201, answer, {"location": f"/api/v1/products/{product_id}", "etag": etag(1)})


@dataclass(frozen=True)
class Product:
    """A product as locked."""

    slug: str
    title: str
    description: str
    brand: str
    category: str
    status: str
    attributes: dict[str, Any]
    revision: int


async def update_product(
    conn: WriteConnection,
    command: Command,
    product_id: UUID,
    wanted: asked.UpdateProduct,
    if_match: str | None,
) -> Result:
    """Change what is given.

    Raises `NotFound`, `StaleEdit` when `if_match` is not the revision, `Conflict` for a taken slug.
    """
    before = await _lock(conn, product_id, if_match)
    changes = {name: value for name in wanted.__struct_fields__ if (value := getattr(wanted, name)) is not UNSET}
    for name in {"title", "description", "brand"} & changes.keys():
        changes[name] = rules.clean_text(name, changes[name])
    after = replace(before, **changes)
    if after == before:
        return Result(200, _answer(product_id, before), {"etag": etag(before.revision)}, wrote=False)
    category_id, label, events = await parts.category(conn, after.category)
    after = replace(after, category=label, revision=before.revision + 1)
    await parts.attributes(conn, changes.get("attributes", {}))
    if after.slug != before.slug:
        await _keep_former_slug(conn, product_id, before.slug, after.slug)
    await _store(conn, product_id, after, await parts.brand(conn, after.brand), category_id)
    await outbox.append(conn, [*events, _event(product_id, before, after)], command.id)
    await audit.record(
        conn,
        command,
        "product.update",
        f"product:{product_id}",
        _changed(before, after),
        _changed(after, before),
    )
    return Result(200, _answer(product_id, after), {"etag": etag(after.revision)})


async def delete_product(conn: WriteConnection, command: Command, product_id: UUID, if_match: str | None) -> Result:
    """Take a product out of the shop for good; its rows stay for the orders that name them."""
    before = await _lock(conn, product_id, if_match)
    row = await (await conn.execute(sql.SELECT_CATEGORY, {"label": before.category})).fetchone()
    assert row is not None
    after = replace(before, status="deleted")
    await _store(conn, product_id, after, await parts.brand(conn, before.brand), row[0])
    await outbox.append(conn, [ProductDeleted(product_id=str(product_id))], command.id)
    await audit.record(conn, command, "product.delete", f"product:{product_id}", _changed(before, after), None)
    return Result(204)


async def create_variant(
    conn: WriteConnection, command: Command, product_id: UUID, wanted: asked.CreateVariant
) -> Result:
    """One more SKU. Raises `NotFound`, `Conflict` when the SKU or an EAN is taken."""
    await _lock(conn, product_id, None)
    title = rules.clean_text("title", wanted.title)
    options = {name: rules.clean_text(f"options.{name}", value) for name, value in wanted.options.items()}
    variant_id = await _insert_variant(conn, product_id, wanted.sku, title, options, wanted.eans)
    price = await store_price(conn, command, wanted.sku, wanted.price, None)
    await open_stock(conn, command, wanted.sku, wanted.quantity)
    await outbox.append(conn, [ProductUpdated(product_id=str(product_id))], command.id)
    answer = asked.VariantAnswer(
        str(variant_id),
        str(product_id),
        wanted.sku,
        title,
        Money(price.amount, price.currency),
        wanted.quantity,
    )
    await audit.record(conn, command, "variant.create", f"product:{product_id}", None, to_builtins(answer))
    return Result(201, answer, {"location": f"/api/v1/products/{wanted.sku}"})


async def create_category(conn: WriteConnection, command: Command, wanted: asked.CreateCategory) -> Result:
    """A category and those above it that are missing. Raises `Conflict` when it exists."""
    category_id, label, events = await parts.category(conn, wanted.label)
    if not events:
        raise Conflict(f"the category {label} exists", id=str(category_id))
    await outbox.append(conn, events, command.id)
    answer = asked.CategoryAnswer(str(category_id), label, rules.category_levels(label)[-1][1])
    await audit.record(conn, command, "category.create", f"category:{category_id}", None, to_builtins(answer))
    return Result(201, answer)


async def _lock(conn: WriteConnection, product_id: UUID, if_match: str | None) -> Product:
    row = await (await conn.execute(sql.LOCK_PRODUCT, {"product_id": product_id})).fetchone()
    if row is None:
        raise NotFound("there is no such product")
    product = Product(*row)
    if not matches(if_match, product.revision):
        raise StaleEdit(revision=product.revision)
    return product


async def _store(conn: WriteConnection, product_id: UUID, after: Product, brand_id: UUID, category_id: UUID) -> None:
    row = {
        "id": product_id,
        "title": after.title,
        "description": after.description,
        "brand_id": brand_id,
        "category_id": category_id,
        "attributes": Jsonb(after.attributes),
        "status": after.status,
        "slug": after.slug,
    }
    await conn.execute(sql.UPDATE_PRODUCT, row)


async def _keep_former_slug(conn: WriteConnection, product_id: UUID, old: str, new: str) -> None:
    own = {"slug": new, "product_id": product_id}
    await conn.execute(sql.DELETE_FORMER_SLUG, own)
    row = await (await conn.execute(sql.SLUG_TAKEN, own)).fetchone()
    if row and row[0]:
        raise Conflict(f"another product has or had the address {new}")
    await conn.execute(sql.INSERT_FORMER_SLUG, {"slug": old, "product_id": product_id})


async def _insert_variant(
    conn: WriteConnection, product_id: UUID, sku: str, title: str, options: dict[str, str], eans: list[str]
) -> UUID:
    parameters = {"product_id": product_id, "sku": sku, "title": title, "options": Jsonb(options)}
    row = await (await conn.execute(sql.INSERT_VARIANT, parameters)).fetchone()
    if row is None:
        raise Conflict(f"the SKU {sku} is taken", sku=sku)
    if eans:
        cursor = await conn.execute(sql.INSERT_BARCODES, {"variant_id": row[0], "eans": sorted(set(eans))})
        if len(await cursor.fetchall()) != len(set(eans)):
            raise Conflict("another SKU has one of these EANs")
    return UUID(str(row[0]))


def _event(product_id: UUID, before: Product, after: Product) -> Event:
    if after.status == "unpublished" and before.status == "published":
        return ProductUnpublished(product_id=str(product_id))
    return ProductUpdated(product_id=str(product_id))


def _changed(these: Product, others: Product) -> dict[str, Any]:
    return {name: value for name, value in vars(these).items() if value != getattr(others, name)}


def _answer(product_id: UUID, product: Product) -> asked.ProductAnswer:
    return asked.ProductAnswer(
        str(product_id),
        product.slug,
        product.title,
        product.brand,
        product.category,
        product.status,
        product.revision,
    )
