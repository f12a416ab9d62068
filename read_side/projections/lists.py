"""Categories, navigation, lists, the start page and the sitemap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import Any, Final

import msgspec

from kernel.database import SyncWriteConnection
from kernel.shapes import (
    Card,
    CategoryDocument,
    CategoryRef,
    HomeDocument,
    ListDocument,
    NavigationDocument,
    NavigationNode,
    OfferDocument,
    ProductDocument,
    SitemapDocument,
)
from read_side.projections import lists_sql as sql
from read_side.projections.kinds import Kind
from read_side.projections.products import breadcrumbs

PAGE_SIZE: Final = 24
PAGES_MAX: Final = 3
SHOWN: Final = PAGE_SIZE * PAGES_MAX
"""Products of a list that are pre-rendered."""

COUNT_MAX: Final = 100_000
SITEMAP_SHARDS: Final = 32
"""A power of two; a million products make shards of 31,250 addresses, below the 50,000 a sitemap may hold."""

HOME_ID: Final = "home"
NAVIGATION_ID: Final = "navigation"
SITEMAP_INDEX_ID: Final = "index"
CATEGORIES_SHARD: Final = "0"
"""It names the categories that have products: a product that moves may leave one empty, or fill it."""

Category = tuple[str, str, str, str, str | None]
"""id, name, label, path, parent's id."""


def card(product: ProductDocument, offer: OfferDocument | None, version: int) -> Card:
    """A product as lists show it. Pure."""
    return Card(
        id=product.id,
        sku=product.sku,
        slug=product.slug,
        title=product.title,
        brand=product.brand,
        price=product.price,
        compare_at_price=product.compare_at_price,
        image=product.images[0] if product.images else None,
        availability=offer.offers[0].availability if offer else "out_of_stock",
        rating=product.rating,
        version=version,
    )


def list_id(path: str, page: int) -> str:
    """The id of a list document."""
    return f"{path}#{page}"


def _categories(conn: SyncWriteConnection) -> list[Category]:
    return conn.execute(sql.SELECT_CATEGORIES).fetchall()


def _children(categories: Iterable[Category]) -> dict[str | None, list[Category]]:
    below: dict[str | None, list[Category]] = defaultdict(list)
    for category in categories:
        below[category[4]].append(category)
    return below


def _refs(categories: Iterable[Category]) -> list[CategoryRef]:
    return [CategoryRef(name, path) for _, name, _, path, _ in categories]


def build_categories(conn: SyncWriteConnection, ids: Sequence[str]) -> Mapping[str, CategoryDocument]:
    """Bodies of categories by id."""
    categories = _categories(conn)
    below, wanted = _children(categories), set(ids)
    return {
        category_id: CategoryDocument(
            category_id, name, label, path, breadcrumbs(label, path), _refs(below[category_id])
        )
        for category_id, name, label, path, _ in categories
        if category_id in wanted
    }


def build_navigation(conn: SyncWriteConnection, _: Sequence[str]) -> Mapping[str, NavigationDocument]:
    """The category tree."""
    below = _children(_categories(conn))

    def nodes(parent: str | None) -> list[NavigationNode]:
        return [NavigationNode(name, path, nodes(category_id)) for category_id, name, _, path, _ in below[parent]]

    return {NAVIGATION_ID: NavigationDocument(nodes(None))}


def build_lists(conn: SyncWriteConnection, ids: Sequence[str]) -> Mapping[str, ListDocument]:
    """Bodies of list pages; a page without products is gone, but the first of a list that exists."""
    categories = _categories(conn)
    below, by_path = _children(categories), {category[3]: category for category in categories}
    built: dict[str, ListDocument] = {}
    for path in sorted({document_id.rsplit("#", 1)[0] for document_id in ids}):
        category = by_path.get(path)
        if path and category is None:
            continue
        children = _refs(below[category[0] if category else None])
        for document in _list_pages(conn, path, category, children):
            built[list_id(path, document.page)] = document
    return built


def _list_pages(
    conn: SyncWriteConnection, path: str, category: Category | None, children: list[CategoryRef]
) -> Iterable[ListDocument]:
    cards = _head(conn, path)
    counted = conn.execute(sql.COUNT_LIST, {"path": path, "limit": COUNT_MAX + 1}).fetchone()
    total = counted[0] if counted else 0
    name, label = (category[1], category[2]) if category else ("", "")
    for page in range(1, max(1, ceil(len(cards) / PAGE_SIZE)) + 1):
        yield ListDocument(
            path=path,
            name=name,
            label=label,
            breadcrumbs=breadcrumbs(label, path) if path else [],
            children=children,
            page=page,
            pages=max(1, ceil(total / PAGE_SIZE)),
            total=min(total, COUNT_MAX),
            total_is_exact=total <= COUNT_MAX,
            items=cards[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        )


def _head(conn: SyncWriteConnection, path: str, shown: int = SHOWN) -> list[Card]:
    rows = conn.execute(sql.SELECT_LIST_HEAD, {"path": path, "shown": shown}).fetchall()
    return [card_of(version, product, offer) for _, version, product, offer in rows]


def card_of(version: int, product: Any, offer: Any) -> Card:
    """A card of two stored bodies."""
    known = msgspec.convert(offer, OfferDocument) if offer is not None else None
    return card(msgspec.convert(product, ProductDocument), known, version)


def build_home(conn: SyncWriteConnection, _: Sequence[str]) -> Mapping[str, HomeDocument]:
    """The start page: top categories and the newest products."""
    return {HOME_ID: HomeDocument(_refs(_children(_categories(conn))[None]), _head(conn, "", PAGE_SIZE))}


def build_sitemaps(conn: SyncWriteConnection, ids: Sequence[str]) -> Mapping[str, SitemapDocument]:
    """Shards with addresses, and the index of those that are live."""
    built: dict[str, SitemapDocument] = {}
    for document_id in ids:
        if document_id == SITEMAP_INDEX_ID:
            shards = [int(row[0]) for row in conn.execute(sql.SELECT_LIVE_SHARDS)]
            built[document_id] = SitemapDocument([], [], shards)
            continue
        wanted = {"shard": int(document_id), "shards": SITEMAP_SHARDS}
        slugs = [row[0] for row in conn.execute(sql.SELECT_SITEMAP_SLUGS, wanted)]
        paths = [row[0] for row in conn.execute(sql.SELECT_LIST_PATHS)] if document_id == CATEGORIES_SHARD else []
        if slugs or paths:
            built[document_id] = SitemapDocument(slugs, paths)
    return built


_PAGES: Final = ("pages.publish",)
CATEGORY: Final = Kind("category", build_categories, CategoryDocument)
NAVIGATION: Final = Kind(
    "navigation", build_navigation, NavigationDocument, page_publishers=_PAGES, published_kinds=("navigation",)
)
LIST: Final = Kind("list", build_lists, ListDocument, page_publishers=_PAGES, published_kinds=("list", "list-page"))
HOME: Final = Kind("home", build_home, HomeDocument, page_publishers=_PAGES, published_kinds=("home-page",))
SITEMAP: Final = Kind(
    "sitemap",
    build_sitemaps,
    SitemapDocument,
    page_publishers=_PAGES,
    published_kinds=("sitemap",),
)
