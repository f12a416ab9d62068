"""Making again what an audit found wrong, on the ways that every other change takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from edge.store import ObjectHead, SigningStore
from kernel.ids import uuid7
from kernel.settings import StoreSettings, load
from ops.verify.audit import Context, Violation
from ops.verify.bucket_queries import CORRECT_PUBLISHED, INSERT_FOUND, SELECT_DOCUMENTS_OF_KEYS
from ops.verify.document_queries import ASK_PUBLISHERS
from read_side.projections.engine import rebuild_cause
from read_side.projections.lists import PAGES_MAX, SITEMAP_INDEX_ID, list_id
from workers.rebuilding import DOCUMENTS

CHUNK: Final = 200
HEADS_AT_ONCE: Final = 8
PARTS: Final = {part.kind: part for part in DOCUMENTS.values()}
"""What a rebuild does for each kind of document, in the order in which one needs the other."""


def project_again(context: Context, violations: Iterable[Violation]) -> str:
    """Documents by the rebuild's own steps, which owe the publishers what changes; entries by product."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for violation in violations:
        kind, _, id = violation.subject.partition(":")
        wanted[kind].add(id)
    moved = [entry.split(":", 1) for entry in wanted.pop("list_entry", set())]
    for kind in PARTS:
        _project(context, kind, wanted[kind] - {SITEMAP_INDEX_ID})
    _project(context, "product", {product for product, _ in moved})
    _project(context, "list", {list_id(path, page) for _, path in moved for page in range(1, PAGES_MAX + 1)})
    return f"{sum(map(len, wanted.values()))} documents projected again, {len(moved)} list entries made again"


def _project(context: Context, kind: str, ids: Iterable[str]) -> None:
    for chunk in _chunks(ids):
        causes = dict.fromkeys(chunk, rebuild_cause())
        context.database.run(lambda conn, causes=causes: PARTS[kind].step(conn, causes))  # type: ignore[misc]


def publish_again(context: Context, violations: Iterable[Violation]) -> str:
    """Believe what stands in the bucket, then ask the publishers: their guarded put replaces exactly that."""
    subjects = {violation.subject for violation in violations}
    keys = sorted(subject for subject in subjects if "/" in subject or subject == "sitemap.xml")
    heads = _heads(context, keys)
    with context.database.transaction() as conn:
        conn.execute(INSERT_FOUND, _found(heads))
        documents = {row[0] for row in conn.execute(SELECT_DOCUMENTS_OF_KEYS, {"keys": keys})}
        documents |= subjects - set(keys)
        etags = [head.etag if head else None for head in heads.values()]
        conn.execute(CORRECT_PUBLISHED, {"keys": list(heads), "etags": etags})
        conn.execute(ASK_PUBLISHERS, {"documents": sorted(documents), "command_id": uuid7()})
    return f"{len(documents)} documents asked to be published again"


def _heads(context: Context, keys: Sequence[str]) -> dict[str, ObjectHead | None]:
    (settings,) = load(StoreSettings, env=context.env)
    store = SigningStore(settings, connections=HEADS_AT_ONCE)
    with ThreadPoolExecutor(HEADS_AT_ONCE) as threads:
        return dict(zip(keys, threads.map(store.head, keys), strict=True))


def _found(heads: Mapping[str, ObjectHead | None]) -> dict[str, list[Any]]:
    """Records of the objects that say of which document they are."""
    tagged = [(key, head, tag) for key, head in heads.items() if head and (tag := head.metadata.get("cache-tag"))]
    return {
        "keys": [key for key, _, _ in tagged],
        "kinds": [tag.split(":", 1)[0] + ("-page" if key.startswith("pages/") else "") for key, _, tag in tagged],
        "ids": [tag.split(":", 1)[1] for _, _, tag in tagged],
        "versions": [int(head.metadata.get("version", 0)) for _, head, _ in tagged],
        "etags": [head.etag for _, head, _ in tagged],
        "states": [head.metadata.get("state", "live") for _, head, _ in tagged],
        "releases": [head.metadata.get("release", "") for _, head, _ in tagged],
    }


def _chunks(ids: Iterable[str]) -> Iterator[Sequence[str]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]
