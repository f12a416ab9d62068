"""Read tables: every document is what a fresh rebuild would make of the sources now.

The builders of the projections run again over every id of the sources and of the documents, in one snapshot
on the primary; content is compared by hash, a missing source with a tombstone, list entries as sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, cast

import msgspec

from kernel.database import SyncReadConnection, SyncWriteConnection
from kernel.shapes import ProductDocument
from ops.verify.audit import Audit, AuditResult, Context, Violation
from ops.verify.document_queries import (
    SELECT_ANY_PRODUCT,
    SELECT_CATEGORY_IDS,
    SELECT_CATEGORY_PATHS,
    SELECT_DOCUMENTS,
    SELECT_LIST_ENTRIES,
    SELECT_PRODUCT_IDS,
)
from ops.verify.repairs import project_again
from read_side.projections.engine import content_hash
from read_side.projections.kinds import Kind
from read_side.projections.lists import (
    CATEGORY,
    HOME,
    HOME_ID,
    LIST,
    NAVIGATION,
    NAVIGATION_ID,
    PAGES_MAX,
    SITEMAP,
    SITEMAP_INDEX_ID,
    SITEMAP_SHARDS,
    list_id,
)
from read_side.projections.products import OFFER, PRODUCT, list_paths, released

CHUNK: Final = 1000
KINDS: Final = (PRODUCT, OFFER, CATEGORY, NAVIGATION, LIST, HOME, SITEMAP)

Entry = tuple[str, str, date]
"""product, list's path, the date it is ordered by"""


def run(context: Context) -> AuditResult:
    """All kinds of documents, then the list entries that the products' documents imply."""
    violations: list[Violation] = []
    entries: set[Entry] = set()
    checked = 0
    with context.database.snapshot() as conn:
        for kind in KINDS:
            rows = conn.execute(SELECT_DOCUMENTS, {"kind": kind.name}).fetchall()
            stored = {id: Stored(state, bytes(digest), sound) for id, state, digest, sound in rows}
            ids = sorted(stored.keys() | source_ids(conn, kind))
            checked += len(ids)
            for chunk in _chunks(ids):
                built, impossible = _build(conn, kind, chunk)
                violations += impossible.values()
                violations += differences(kind, [id for id in chunk if id not in impossible], built, stored)
                entries.update(_entries(built.values()))
                context.progress(f"read-tables: {kind.name}", len(chunk), len(ids))
        listed: set[Entry] = {(product, path, day) for product, path, day in conn.execute(SELECT_LIST_ENTRIES)}
    violations += _entry_differences(listed, entries)
    return AuditResult(checked + len(listed | entries), violations)


def source_ids(conn: SyncReadConnection, kind: Kind) -> set[str]:
    """Ids that this kind's sources may give a document."""
    if kind in (PRODUCT, OFFER):
        return _column(conn, SELECT_PRODUCT_IDS)
    if kind is CATEGORY:
        return _column(conn, SELECT_CATEGORY_IDS)
    if not _column(conn, SELECT_ANY_PRODUCT):
        return set()  # an empty shop owes nobody a list yet
    if kind is LIST:
        paths = {"", *_column(conn, SELECT_CATEGORY_PATHS)}
        return {list_id(path, page) for path in paths for page in range(1, PAGES_MAX + 1)}
    if kind is SITEMAP:
        return {SITEMAP_INDEX_ID, *map(str, range(SITEMAP_SHARDS))}
    return {NAVIGATION_ID} if kind is NAVIGATION else {HOME_ID}


class Stored(NamedTuple):
    """A document as it is: `sound` when its body is the one that was hashed."""

    state: str = "gone"
    hash: bytes = b""
    sound: bool = True


def differences(
    kind: Kind, ids: Iterable[str], built: dict[str, Any], stored: dict[str, Stored]
) -> Iterator[Violation]:
    """Documents that are not what was built."""
    for id in ids:
        document, body = stored.get(id, Stored()), built.get(id)
        problem = None
        if body is None and document.state == "live":
            problem = "is live and has no source"
        elif body is not None and document.state != "live":
            problem = f"has a source and is {'gone' if id in stored else 'missing'}"
        elif body is not None and document.hash != content_hash(msgspec.json.encode(body)):
            problem = "differs from what its sources make now"
        elif not document.sound:
            problem = "holds another body than the one that was hashed"
        if problem:
            yield Violation(f"{kind.name}:{id}", problem, work_keys(kind.name, id))


def work_keys(kind: str, id: str) -> tuple[str, ...]:
    """Keys of deliveries that may be about to change this document: its own, its list's, its products'."""
    path = id.rsplit("#", 1)[0]
    return (id, f"{kind}:{id}", f"/{path}", "/")


def _build(conn: SyncReadConnection, kind: Kind, ids: Sequence[str]) -> tuple[dict[str, Any], dict[str, Violation]]:
    """Bodies by id, and those that a damaged document they are made of makes impossible."""
    reader = cast(SyncWriteConnection, conn)
    try:
        return dict(kind.build(reader, ids)), {}
    except msgspec.MsgspecError as error:
        if len(ids) == 1:
            problem = f"cannot be made of what is stored: {error}"
            return {}, {ids[0]: Violation(f"{kind.name}:{ids[0]}", problem, work_keys(kind.name, ids[0]))}
    parts = [_build(conn, kind, [id]) for id in ids]
    return {k: v for built, _ in parts for k, v in built.items()}, {k: v for _, no in parts for k, v in no.items()}


def _entries(bodies: Iterable[Any]) -> Iterator[Entry]:
    for body in bodies:
        if isinstance(body, ProductDocument):
            for path in list_paths(body):
                yield body.id, path, released(body)


def _entry_differences(listed: set[Entry], wanted: set[Entry]) -> Iterator[Violation]:
    missing = {(product, path) for product, path, _ in wanted - listed}
    extra = {(product, path) for product, path, _ in listed - wanted}
    for product, path in sorted(missing | extra):
        here, there = (product, path) in extra, (product, path) in missing
        problem = "is ordered by another date" if here and there else "should not be" if here else "is missing"
        yield Violation(f"list_entry:{product}:{path}", problem, (product,))


def _column(conn: SyncReadConnection, statement: str) -> set[str]:
    return {value for (value,) in conn.execute(statement)}


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


AUDIT = Audit("read-tables", "documents and list entries equal a fresh rebuild", run, project_again)
