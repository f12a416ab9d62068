"""Making documents again in place, while they serve.

Every id of the sources and of the documents takes the same path as after an event: lock, then read, then compare.
What is equal keeps its version; what has no source any more becomes a tombstone. A command that commits meanwhile is
projected by its own delivery, before or after, and the later of the two reads the newer sources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kernel.database import SyncDatabase, SyncWriteConnection
from kernel.ids import uuid7
from read_side.projections.engine import Cause, project
from read_side.projections.lists import (
    CATEGORY,
    HOME,
    HOME_ID,
    LIST,
    NAVIGATION,
    NAVIGATION_ID,
    PAGES_MAX,
    SITEMAP_SHARDS,
    list_id,
)
from read_side.projections.shop import shop
from workers import rebuilding_sql as sql
from workers.projecting import place_all, update_offers, update_products, update_sitemaps

CHUNK: Final = 200
Step = Callable[[SyncWriteConnection, Mapping[str, Cause]], object]
Progress = Callable[[str, int, int], None]
"""Name, how many are done, of how many."""


def _products(conn: SyncWriteConnection, causes: Mapping[str, Cause]) -> None:
    update_products(conn, causes)
    place_all(conn, sorted(causes))


def _sitemaps(conn: SyncWriteConnection, causes: Mapping[str, Cause]) -> None:
    update_sitemaps(conn, list(causes), next(iter(causes.values())))


@dataclass(frozen=True)
class Part:
    """Documents of one kind: the statement that finds their ids, and what makes a chunk of them."""

    kind: str
    ids: str
    step: Step


DOCUMENTS: Final[dict[str, Part]] = {
    "products": Part("product", sql.SELECT_PRODUCT_IDS, _products),
    "offers": Part("offer", sql.SELECT_OFFER_IDS, update_offers),
    "categories": Part("category", sql.SELECT_CATEGORY_IDS, lambda conn, causes: project(conn, CATEGORY, causes)),
    "navigation": Part("navigation", sql.SELECT_NOTHING, lambda conn, causes: project(conn, NAVIGATION, causes)),
    "lists": Part("list", sql.SELECT_LIST_IDS, lambda conn, causes: project(conn, LIST, causes)),
    "home": Part("home", sql.SELECT_NOTHING, lambda conn, causes: project(conn, HOME, causes)),
    "sitemap": Part("sitemap", sql.SELECT_NOTHING, _sitemaps),
}
"""What can be rebuilt, in the order in which one needs the other."""

FIXED: Final[dict[str, Sequence[str]]] = {
    "navigation": (NAVIGATION_ID,),
    "home": (HOME_ID,),
    "sitemap": tuple(str(shard) for shard in range(SITEMAP_SHARDS)),
}


def rebuild(database: SyncDatabase, name: str, progress: Progress) -> int:
    """Make every document of one name again; return how many there are."""
    part = DOCUMENTS[name]
    database.run(lambda conn: conn.execute(sql.OVERTAKE_PUBLISHED, {"kind": part.kind}))
    with database.transaction() as conn:
        ids = [*FIXED.get(name, ()), *(row[0] for row in conn.execute(part.ids))]
    if name == "lists":
        ids = sorted({*ids, *(list_id(path, page) for path in _paths(database) for page in range(1, PAGES_MAX + 1))})
    cause, done = Cause(uuid7()), 0
    for chunk in _chunks(ids):
        database.run(lambda conn, chunk=chunk: part.step(conn, dict.fromkeys(chunk, cause)))  # type: ignore[misc]
        done += len(chunk)
        progress(name, done, len(ids))
    return len(ids)


def publish_again(database: SyncDatabase, *, everything: bool) -> int:
    """Owe the publishers every document whose recorded objects are not what they should be, or simply `everything`."""
    wanted = {"everything": everything, "id": uuid7(), "locales": len(shop().locales)}

    def work(conn: SyncWriteConnection) -> int:
        if everything:
            conn.execute(sql.DOUBT_PUBLISHED)
        return sum(conn.execute(statement, wanted).rowcount for statement in (sql.ASK_DOCUMENTS, sql.ASK_PAGES))

    return database.run(work)


def _paths(database: SyncDatabase) -> list[str]:
    with database.transaction() as conn:
        return ["", *(row[0] for row in conn.execute(sql.SELECT_CATEGORY_PATHS))]


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
