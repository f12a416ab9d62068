"""Making again what an audit found wrong, on the ways that every other change takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from edge.store import BotoStore
from kernel.database import SyncWriteConnection
from kernel.ids import uuid7
from kernel.settings import StoreSettings, load
from ops.verify.audit import Context, Violation
from ops.verify.bucket_queries import CORRECT_PUBLISHED, FORGET_PUBLISHED, SELECT_DOCUMENTS_OF_KEYS
from ops.verify.document_queries import ASK_PUBLISHERS, FORGET_HASHES
from read_side.projections.engine import Cause, project, rebuild_cause
from read_side.projections.lists import NAVIGATION
from read_side.projections.products import build_products, list_paths, released
from read_side.projections.products_sql import DELETE_LIST_ENTRIES, INSERT_LIST_ENTRIES
from workers.projecting import update_categories, update_list, update_offers, update_products, update_sitemaps

CHUNK: Final = 200


def project_again(context: Context, violations: Iterable[Violation]) -> str:
    """Documents by the projections' own functions, which owe the publishers what changes."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for violation in violations:
        kind, _, id = violation.subject.partition(":")
        wanted[kind].add(id)
    entries = {subject.split(":", 1)[0] for subject in wanted.pop("list_entry", set())}
    for chunk in _chunks(entries):
        context.database.run(lambda conn, ids=chunk: _place_again(conn, ids))  # type: ignore[misc]
    for kind in ("product", "offer", "category", "navigation", "list", "home", "sitemap"):
        for chunk in _chunks(wanted[kind]):
            context.database.run(lambda conn, k=kind, ids=chunk: _project(conn, k, ids))  # type: ignore[misc]
    return f"{sum(map(len, wanted.values()))} documents projected again, {len(entries)} products placed again"


def _project(conn: SyncWriteConnection, kind: str, ids: Sequence[str]) -> None:
    conn.execute(FORGET_HASHES, {"kind": kind, "ids": list(ids)})
    cause = rebuild_cause()
    causes: dict[str, Cause] = dict.fromkeys(ids, cause)
    match kind:
        case "product":
            update_products(conn, causes)
        case "offer":
            update_offers(conn, causes)
        case "category":
            update_categories(conn, causes)
        case "sitemap":
            update_sitemaps(conn, [id for id in ids if id != "index"], cause)
        case "list":
            for path in sorted({id.rsplit("#", 1)[0] for id in ids}):
                update_list(conn, path, cause)
        case "navigation":
            project(conn, NAVIGATION, causes)
        case _:
            update_list(conn, "", cause)


def _place_again(conn: SyncWriteConnection, ids: Sequence[str]) -> None:
    """The lists of these products, after their documents: those take the locks that keep others away."""
    update_products(conn, dict.fromkeys(ids, rebuild_cause()))
    products = build_products(conn, ids).values()
    entries = [(path, released(product), product.id) for product in products for path in list_paths(product)]
    conn.execute(DELETE_LIST_ENTRIES, {"ids": list(ids)})
    columns = tuple(zip(*entries, strict=True)) or ((), (), ())
    conn.execute(
        INSERT_LIST_ENTRIES, dict(zip(("paths", "released", "ids"), map(list, columns), strict=True))
    )
    for path in sorted({entry[0] for entry in entries}):
        update_list(conn, path, rebuild_cause())


def publish_again(context: Context, violations: Iterable[Violation]) -> str:
    """Believe what stands in the bucket, then ask the publishers: their guarded put replaces exactly that."""
    (settings,) = load(StoreSettings, env=context.env)
    store = BotoStore(settings)
    subjects = [violation.subject for violation in violations]
    keys = [subject for subject in subjects if "/" in subject or subject == "sitemap.xml"]
    heads = {key: store.head(key) for key in keys}
    seen = {key: head.etag for key, head in heads.items() if head}
    with context.database.transaction() as conn:
        documents = {row[0] for row in conn.execute(SELECT_DOCUMENTS_OF_KEYS, {"keys": keys})}
        documents |= set(subjects) - set(keys)
        conn.execute(CORRECT_PUBLISHED, {"keys": list(seen), "etags": list(seen.values())})
        conn.execute(FORGET_PUBLISHED, {"keys": [key for key in keys if key not in seen]})
        conn.execute(ASK_PUBLISHERS, {"documents": sorted(documents), "command_id": uuid7()})
    return f"{len(documents)} documents asked to be published again"


def _chunks(ids: Iterable[str]) -> Iterator[Sequence[str]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]
