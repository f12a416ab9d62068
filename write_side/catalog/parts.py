"""Brands, categories, attributes and slugs that a product needs, created where new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kernel.database import WriteConnection
from kernel.errors import Conflict
from kernel.events import CategoryCreated
from kernel.ids import slugify, uuid7
from write_side.catalog import rules, sql


async def brand(conn: WriteConnection, name: str) -> UUID:
    """The brand of this name."""
    parameters = {"name": name, "slug": slugify(name, "brand")}
    if found := await _one(conn, sql.SELECT_BRAND, parameters):
        return UUID(str(found))
    if await _one(conn, sql.BRAND_SLUG_TAKEN, parameters):
        parameters["slug"] = f"{parameters['slug'][:80]}-{uuid7().hex[-8:]}"
    await conn.execute(sql.INSERT_BRAND, parameters)
    return UUID(str(await _one(conn, sql.SELECT_BRAND, parameters)))


async def category(conn: WriteConnection, label: str) -> tuple[UUID, str, list[CategoryCreated]]:
    """Id and label of a category, with an event for each level that had to be created."""
    parent: UUID | None = None
    created: list[CategoryCreated] = []
    levels = rules.category_levels(label)
    for name, path, level_label in levels:
        found = await _one(conn, sql.SELECT_CATEGORY, {"label": level_label})
        if found is None:
            found = await _create_category(conn, parent, name, path, level_label)
            created.append(CategoryCreated(category_id=str(found)))
        parent = UUID(str(found))
    assert parent is not None
    return parent, levels[-1][2], created


async def _create_category(conn: WriteConnection, parent: UUID | None, name: str, path: str, label: str) -> UUID:
    new = uuid7()
    parameters: dict[str, Any] = {"id": new, "parent_id": parent, "name": name, "path": path, "label": label}
    cursor = await conn.execute(sql.INSERT_CATEGORY, parameters)
    if cursor.rowcount:
        return new
    found = await _one(conn, sql.SELECT_CATEGORY, {"label": label})
    if found is None:
        raise Conflict(f"another category already has the address {path}")
    return UUID(str(found))


async def attributes(conn: WriteConnection, values: Mapping[str, rules.AttributeValue]) -> None:
    """Check values against what their attributes are, and define attributes used for the first time."""
    if not values:
        return
    cursor = await conn.execute(sql.SELECT_ATTRIBUTE_KINDS, {"names": list(values)})
    known: dict[str, str] = dict(await cursor.fetchall())
    rules.check_attribute_kinds(known, values)
    new = sorted(set(values) - set(known))
    if new:
        kinds = [rules.attribute_kind(values[name]) for name in new]
        labels = [rules.attribute_label(name) for name in new]
        await conn.execute(sql.INSERT_ATTRIBUTES, {"names": new, "labels": labels, "kinds": kinds})


async def free_slug(conn: WriteConnection, title: str, product_id: UUID) -> str:
    """The title's slug, with the id's end where it is taken."""
    slug = slugify(title, "product")
    if await _one(conn, sql.SLUG_TAKEN, {"slug": slug}):
        return f"{slug}-{product_id.hex[-12:]}"
    return slug


async def _one(conn: WriteConnection, statement: str, parameters: Mapping[str, Any]) -> Any:
    row = await (await conn.execute(statement, parameters)).fetchone()
    return row[0] if row and row[0] is not False else None
