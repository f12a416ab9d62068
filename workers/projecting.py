"""The consumers that make documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from kernel.database import SyncDatabase, SyncWriteConnection
from kernel.shapes import OfferDocument, ProductDocument
from read_side.projections.engine import Cause, Change, project
from read_side.projections.lists import (
    CATEGORIES_SHARD,
    CATEGORY,
    HOME,
    HOME_ID,
    LIST,
    NAVIGATION,
    NAVIGATION_ID,
    PAGES_MAX,
    SHOWN,
    SITEMAP,
    SITEMAP_INDEX_ID,
    SITEMAP_SHARDS,
    list_id,
)
from read_side.projections.lists_sql import SELECT_PARENTS, SELECT_SHARDS_OF
from read_side.projections.orders import ORDER, enter
from read_side.projections.products import OFFER, PRODUCT, build_products, list_paths, released
from read_side.projections.products_sql import DELETE_LIST_ENTRIES, INSERT_LIST_ENTRIES, SELECT_SHOWING_LISTS
from read_side.projections.shop import pages_delay_seconds
from read_side.projections.sql import ASK_KEYED
from workers.consumers import Consumer, Delivery, Rings

LISTS: Final = "lists.project"
SITEMAPS: Final = "sitemaps.project"
SITEMAP_DELAY_SECONDS: Final = 10.0
NO_EVENT: Final = UUID(int=0)
"""What stands for the event of work that nobody's command asked for: a rebuild's."""


def causes_of(deliveries: Sequence[Delivery]) -> dict[str, Cause]:
    """The latest cause for each key of a batch."""
    ordered = sorted(deliveries, key=lambda delivery: delivery.event_id)
    return {delivery.key: cause_of(delivery) for delivery in ordered}


def cause_of(delivery: Delivery) -> Cause:
    """The command behind a delivery."""
    return Cause(
        delivery.command_id, delivery.request_id, delivery.committed_at, delivery.event_id, delivery.traceparent
    )


def project_products(conn: SyncWriteConnection, deliveries: Sequence[Delivery]) -> Rings:
    """Product documents, the lists they are in, and what is owed because of them."""
    return update_products(conn, causes_of(deliveries))


def update_products(conn: SyncWriteConnection, causes: Mapping[str, Cause]) -> Rings:
    """`project_products` for ids that come without deliveries."""
    changes = project(conn, PRODUCT, causes)
    moved = [change for change in changes if _placement(change.before) != _placement(change.after)]
    elsewhere = {change.id for change in moved}
    paths = _showing(conn, [change.id for change in changes if change.id not in elsewhere], causes)
    paths |= {path: causes[c.id] for c in moved for path in (*_paths(c.before), *_paths(c.after))}
    _place(conn, moved)
    _ask_lists(conn, paths)
    appeared = [change.id for change in changes if _slug(change.before) != _slug(change.after)]
    shards = _shards(conn, appeared, causes)
    if moved:
        shards[CATEGORIES_SHARD] = causes[moved[-1].id]
    _ask(conn, SITEMAPS, shards, SITEMAP_DELAY_SECONDS)
    return set(PRODUCT.publishers) if changes else set()


def project_offers(conn: SyncWriteConnection, deliveries: Sequence[Delivery]) -> Rings:
    """Offers; a list that shows a product is made again when its band changes."""
    return update_offers(conn, causes_of(deliveries))


def update_offers(conn: SyncWriteConnection, causes: Mapping[str, Cause]) -> Rings:
    """`project_offers` for ids that come without deliveries."""
    changes = project(conn, OFFER, causes)
    flipped = [change.id for change in changes if _band(change.before) != _band(change.after)]
    _ask_lists(conn, _showing(conn, flipped, causes))
    return set(OFFER.publishers) if changes else set()


def project_categories(conn: SyncWriteConnection, deliveries: Sequence[Delivery]) -> Rings:
    """Categories, those above them, and the tree."""
    return update_categories(conn, causes_of(deliveries))


def update_categories(conn: SyncWriteConnection, causes: Mapping[str, Cause]) -> Rings:
    """`project_categories` for ids that come without deliveries."""
    cause = next(iter(causes.values()))
    parents = {row[0]: cause for row in conn.execute(SELECT_PARENTS, {"ids": list(causes)})}
    changes = project(conn, CATEGORY, {**parents, **causes})
    project(conn, NAVIGATION, {NAVIGATION_ID: cause})
    paths = {change.after.path for change in changes if change.after} | {c.before.path for c in changes if c.before}
    _ask_lists(conn, dict.fromkeys(paths | ({""} if changes else set()), cause))
    return set()


def project_orders(conn: SyncWriteConnection, deliveries: Sequence[Delivery]) -> Rings:
    """Orders in their customers' lists."""
    update_orders(conn, causes_of(deliveries))
    return set()


def update_orders(conn: SyncWriteConnection, causes: Mapping[str, Cause]) -> None:
    """`project_orders` for ids that come without deliveries."""
    enter(conn, [change.id for change in project(conn, ORDER, causes) if change.after])


def project_lists(database: SyncDatabase, deliveries: Sequence[Delivery]) -> Mapping[str, Exception]:
    """List pages of each path asked for, and the start page with the whole shop's."""
    errors: dict[str, Exception] = {}
    for delivery in deliveries:
        try:
            database.run(lambda conn, d=delivery: update_list(conn, d.key[1:], cause_of(d)))  # type: ignore[misc]
        except Exception as error:  # this list's alone: it is recorded with its row
            errors[delivery.key] = error
    return errors


def update_list(conn: SyncWriteConnection, path: str, cause: Cause) -> None:
    """The pre-rendered pages of one list; the start page goes with the whole shop's."""
    project(conn, LIST, {list_id(path, page): cause for page in range(1, PAGES_MAX + 1)})
    if not path:
        project(conn, HOME, {HOME_ID: cause})


def project_sitemaps(database: SyncDatabase, deliveries: Sequence[Delivery]) -> Mapping[str, Exception]:
    """Shards asked for, then the index."""
    cause = cause_of(deliveries[0])
    database.run(lambda conn: update_sitemaps(conn, [delivery.key for delivery in deliveries], cause))
    return {}


def update_sitemaps(conn: SyncWriteConnection, shards: Iterable[str], cause: Cause) -> None:
    """These shards and the index."""
    project(conn, SITEMAP, dict.fromkeys(shards, cause))
    project(conn, SITEMAP, {SITEMAP_INDEX_ID: cause})


CONSUMERS: Final = (
    Consumer("products.project", "now", effect=project_products, batch=200),
    Consumer("offers.project", "now", effect=project_offers, batch=200),
    # Whoever just ordered is shown it by their token; lists asked for without one may be a moment behind.
    Consumer("orders.project", "now", effect=project_orders, batch=200, rest_seconds=0.25),
    Consumer("categories.project", "now", effect=project_categories, batch=100),
    Consumer(LISTS, "now", act=project_lists, keyed=True, batch=8, waits_for_imports=True),
    Consumer(SITEMAPS, "bulk", act=project_sitemaps, keyed=True, batch=SITEMAP_SHARDS, waits_for_imports=True),
)


def _placement(product: ProductDocument | None) -> tuple[str, str | None] | None:
    return (product.category_path, product.released_on) if product else None


def _paths(product: ProductDocument | None) -> list[str]:
    return list_paths(product) if product else []


def _slug(product: ProductDocument | None) -> str | None:
    return product.slug if product else None


def _band(offer: OfferDocument | None) -> str | None:
    return offer.offers[0].availability if offer else None


def _showing(conn: SyncWriteConnection, ids: Sequence[str], causes: Mapping[str, Cause]) -> dict[str, Cause]:
    """The lists whose pre-rendered pages show one of these products."""
    if not ids:
        return {}
    rows = conn.execute(SELECT_SHOWING_LISTS, {"ids": list(ids), "shown": SHOWN})
    return {path: causes[product_id] for path, product_id in rows}


def _shards(conn: SyncWriteConnection, ids: Sequence[str], causes: Mapping[str, Cause]) -> dict[str, Cause]:
    """The sitemaps that name these products."""
    if not ids:
        return {}
    rows = conn.execute(SELECT_SHARDS_OF, {"ids": list(ids), "shards": SITEMAP_SHARDS})
    return {str(shard): causes[product_id] for shard, product_id in rows}


def place_all(conn: SyncWriteConnection, ids: Sequence[str]) -> None:
    """Entries of these products as their sources have them now, whatever stood there; their documents are locked."""
    built = build_products(conn, ids)
    _write_entries(conn, [(product_id, built.get(product_id)) for product_id in ids])


def _place(conn: SyncWriteConnection, moved: Sequence[Change]) -> None:
    """Entries of the lists these products are in now, instead of those they were in."""
    if moved:
        _write_entries(conn, [(change.id, change.after) for change in moved])


def _write_entries(conn: SyncWriteConnection, products: Sequence[tuple[str, ProductDocument | None]]) -> None:
    conn.execute(DELETE_LIST_ENTRIES, {"ids": [product_id for product_id, _ in products]})
    entries = [(path, released(body), product_id) for product_id, body in products if body for path in list_paths(body)]
    columns = tuple(zip(*entries, strict=True)) or ((), (), ())
    conn.execute(
        INSERT_LIST_ENTRIES, {"paths": list(columns[0]), "released": list(columns[1]), "ids": list(columns[2])}
    )


def _ask_lists(conn: SyncWriteConnection, paths: Mapping[str, Cause]) -> None:
    _ask(conn, LISTS, {f"/{path}": cause for path, cause in paths.items()}, pages_delay_seconds())


def _ask(conn: SyncWriteConnection, consumer: str, wanted: Mapping[str, Cause], delay_seconds: float) -> None:
    if wanted:
        conn.execute(
            ASK_KEYED,
            {
                "consumer": consumer,
                "keys": list(wanted),
                "event_ids": [cause.event_id or NO_EVENT for cause in wanted.values()],
                "command_ids": [cause.command_id for cause in wanted.values()],
                "delay_seconds": delay_seconds,
            },
        )
