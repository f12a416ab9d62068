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
from read_side.projections.engine import rebuild_cause
from read_side.projections.lists import PAGES_MAX, SITEMAP_INDEX_ID, list_id
from workers.rebuilding import DOCUMENTS

CHUNK: Final = 200


STEPS: Final = {
    "product": "products",
    "offer": "offers",
    "category": "categories",
    "navigation": "navigation",
    "list": "lists",
    "home": "home",
    "sitemap": "sitemap",
    "order": "orders",
}
"""What a rebuild calls each kind of document, in the order in which one needs the other."""


def project_again(context: Context, violations: Iterable[Violation]) -> str:
    """Documents by the rebuild's own steps, which owe the publishers what changes; entries by product."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for violation in violations:
        kind, _, id = violation.subject.partition(":")
        wanted[kind].add(id)
    wanted["order"] |= wanted.pop("order_entry", set())
    moved = [entry.split(":", 1) for entry in wanted.pop("list_entry", set())]
    for kind in STEPS:
        for chunk in _chunks(wanted[kind] - {SITEMAP_INDEX_ID}):
            context.database.run(lambda conn, k=kind, ids=chunk: _project(conn, k, ids))  # type: ignore[misc]
    _place_again(context, moved)
    return f"{sum(map(len, wanted.values()))} documents projected again, {len(moved)} list entries made again"


def _project(conn: SyncWriteConnection, kind: str, ids: Sequence[str]) -> None:
    conn.execute(FORGET_HASHES, {"kind": kind, "ids": list(ids)})
    _, step = DOCUMENTS[STEPS[kind]]
    step(conn, dict.fromkeys(ids, rebuild_cause()))


def _place_again(context: Context, moved: Sequence[Sequence[str]]) -> None:
    """The lists of these products, then the pages of these lists."""
    pages = {list_id(path, page) for _, path in moved for page in range(1, PAGES_MAX + 1)}
    for kind, ids in (("product", {product for product, _ in moved}), ("list", pages)):
        _, step = DOCUMENTS[STEPS[kind]]
        for chunk in _chunks(ids):
            causes = dict.fromkeys(chunk, rebuild_cause())
            context.database.run(lambda conn, step=step, causes=causes: step(conn, causes))  # type: ignore[misc]


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
