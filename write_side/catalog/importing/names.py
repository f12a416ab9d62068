"""Brands, categories and attributes of a feed, created where new, each looked at once a run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from kernel.database import SyncWriteConnection
from kernel.events import CategoryCreated
from kernel.ids import slugify
from write_side.catalog import rules
from write_side.catalog.feed.rows import FeedProduct
from write_side.catalog.importing import sql

UNITS: Final = {"_width": "mm", "_height": "mm", "_depth": "mm", "_weight": "g"}
"""Units of numbers whose name ends so, in the Icecat catalogue."""


class Names:
    """What the database knows by name, as of the run's start and what the run added."""

    def __init__(self, conn: SyncWriteConnection) -> None:
        self._brands: dict[str, str] = dict(conn.execute(sql.SELECT_BRANDS).fetchall())
        self._categories: dict[str, str] = dict(conn.execute(sql.SELECT_CATEGORIES).fetchall())
        self._attributes: dict[str, str] = dict(conn.execute(sql.SELECT_ATTRIBUTES).fetchall())

    def ensure(self, conn: SyncWriteConnection, products: Iterable[FeedProduct]) -> list[CategoryCreated]:
        """Create what these products name and the database lacks; return an event for each new category."""
        rows = list(products)
        self._ensure_brands(conn, sorted({row.brand for row in rows} - self._brands.keys()))
        created = []
        for label in sorted({row.category for row in rows} - self._categories.keys()):
            created += self._ensure_category(conn, label)
        self._ensure_attributes(conn, rows)
        return created

    def attributes(self, product: FeedProduct) -> dict[str, str | float | bool]:
        """A product's values by attribute name; a value of another kind than its attribute goes by another name."""
        return {self._name(name, value): value for name, value in product.attributes.items()}

    def _name(self, name: str, value: str | float | bool) -> str:
        kind = rules.attribute_kind(value)
        return name if self._attributes.get(name, kind) == kind else f"{name[:110]}_{kind}"

    def _ensure_brands(self, conn: SyncWriteConnection, names: list[str]) -> None:
        taken = set(self._brands.values())
        for name in names:
            slug = slugify(name, "brand")[:100].strip("-")
            if slug in taken:
                slug = f"{slug}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"
            taken.add(slug)
            self._brands[name] = slug
        if names:
            conn.execute(sql.INSERT_BRANDS, {"names": names, "slugs": [self._brands[name] for name in names]})

    def _ensure_category(self, conn: SyncWriteConnection, label: str) -> list[CategoryCreated]:
        created, parent = [], None
        for name, path, level in rules.category_levels(label):
            if level not in self._categories:
                row = conn.execute(
                    sql.INSERT_CATEGORY, {"parent": parent, "name": name, "path": self._free_path(path), "label": level}
                ).fetchone()
                self._categories[level] = path
                created += [CategoryCreated(category_id=row[0])] if row else []
            parent = level
        return created

    def _free_path(self, path: str) -> str:
        taken = set(self._categories.values())
        number = 2
        free = path
        while free in taken:
            free = f"{path}-{number}"
            number += 1
        return free

    def _ensure_attributes(self, conn: SyncWriteConnection, rows: Iterable[FeedProduct]) -> None:
        new: dict[str, str] = {}
        for row in rows:
            for name, value in row.attributes.items():
                kind = rules.attribute_kind(value)
                known = self._attributes.setdefault(name, kind)
                if known != kind:
                    name = f"{name[:110]}_{kind}"
                    self._attributes.setdefault(name, kind)
                new[name] = kind
        if new:
            names = sorted(new)
            units = [_unit(name) if new[name] == "number" else None for name in names]
            labels = [rules.attribute_label(name)[:200] for name in names]
            kinds = [new[name] for name in names]
            conn.execute(sql.INSERT_ATTRIBUTES, {"names": names, "labels": labels, "kinds": kinds, "units": units})


def _unit(name: str) -> str | None:
    return next((unit for ending, unit in UNITS.items() if f"_{name}".endswith(ending)), None)
