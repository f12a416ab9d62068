"""The bucket: holds what was published, which is what the documents say, to the byte.

Three comparisons. Every object of the bucket against `published_object`, by LIST and the ETags; every
`published_object` against its document, by version and hash; 500 documents (all with --full) rendered again
and compared with their objects' bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from edge import keys
from edge.store import BotoStore
from frontend_build.assets import STATIC_PAGES
from kernel.database import SyncReadConnection
from kernel.settings import StoreSettings, load
from ops.verify.audit import Audit, AuditResult, Context, Violation
from ops.verify.bucket_queries import (
    SELECT_NOW,
    SELECT_PUBLISHED,
    SELECT_PUBLISHED_NOW,
    SELECT_STALE_OBJECTS,
    SELECT_UNPUBLISHED,
)
from ops.verify.listing import Listing
from ops.verify.rendering import render_differences
from ops.verify.repairs import publish_again

Published = dict[str, tuple[str, str, str]]
"""ETag, kind and id by key."""


def run(context: Context) -> AuditResult:
    """All three comparisons; an object counts once, however many of them it fails."""
    (settings,) = load(StoreSettings, env=context.env)
    with context.database.snapshot() as conn:
        since, published = _recorded(conn)
        stale = conn.execute(SELECT_STALE_OBJECTS).fetchall()
        unpublished = conn.execute(SELECT_UNPUBLISHED, {"locales": len(context.shop.locales)}).fetchall()
    listed, unlike = _against_record(context, since, published)
    found = {violation.subject: violation for violation in unlike}
    for violation in _against_documents(stale, unpublished):
        found.setdefault(violation.subject, violation)
    for violation in render_differences(context, BotoStore(settings)):
        found.setdefault(violation.subject, violation)
    return AuditResult(len(listed.keys() | published.keys()), list(found.values()))


def unlike_record(context: Context) -> list[Violation]:
    """The first comparison alone: objects that are missing, of other bytes, or that nobody recorded."""
    with context.database.snapshot() as conn:
        since, published = _recorded(conn)
    return _against_record(context, since, published)[1]


def _recorded(conn: SyncReadConnection) -> tuple[datetime | None, Published]:
    (since,) = conn.execute(SELECT_NOW).fetchone() or (None,)
    return since, {key: (etag, kind, id) for key, etag, kind, id in conn.execute(SELECT_PUBLISHED)}


def _against_record(
    context: Context, since: datetime | None, published: Published
) -> tuple[dict[str, str], list[Violation]]:
    (settings,) = load(StoreSettings, env=context.env)
    context.progress("bucket: listing", 0, len(published))
    listed = Listing(settings).etags(prefixes(published, context.shop.locales))
    for key in without_document(context.shop.locales):
        listed.pop(key, None)
    return listed, _not_newer(context, list(compare(listed, published)), listed, since)


def prefixes(published: Iterable[str], locales: Iterable[str]) -> list[str]:
    """Where publishers write, in parts that can be listed side by side and do not overlap."""
    parts = {"catalog/offers/", "sitemap"}
    parts |= {f"{top}/{locale}/" for top in ("catalog", "pages") for locale in locales}
    parts |= {"/".join(key.split("/")[:2]) + "/" for key in published if key.startswith(("catalog/", "pages/"))}
    return sorted(parts)


def without_document(locales: Iterable[str]) -> list[str]:
    """Pages that a front-end release puts once, of no document."""
    return [keys.static_page(locale, name).key for locale in locales for name in STATIC_PAGES]


def compare(listed: dict[str, str], published: Published) -> Iterator[Violation]:
    """What stands in the bucket against what we believe stands there."""
    for key, (etag, kind, id) in published.items():
        there = listed.get(key)
        if there is None:
            yield Violation(key, f"is missing in the bucket ({kind} {id})", work_keys(kind, id))
        elif there != etag:
            yield Violation(key, f"is not the object that was put ({kind} {id})", work_keys(kind, id))
    for key in sorted(listed.keys() - published.keys()):
        yield Violation(key, "stands in the bucket and nobody recorded it")


def work_keys(kind: str, id: str) -> tuple[str, ...]:
    """Keys of deliveries that may be on their way to this document's objects."""
    return (f"{kind.removesuffix('-page')}:{id}",)


def _not_newer(
    context: Context, suspects: list[Violation], listed: dict[str, str], since: datetime | None
) -> list[Violation]:
    """Without those whose record has meanwhile become what was listed, or was written after the snapshot."""
    if not suspects:
        return []
    with context.database.snapshot() as conn:
        rows = conn.execute(SELECT_PUBLISHED_NOW, {"keys": [suspect.subject for suspect in suspects]}).fetchall()
    settled = {key for key, etag, put_at in rows if listed.get(key) == etag or (since and put_at >= since)}
    return [suspect for suspect in suspects if suspect.subject not in settled]


def _against_documents(stale: list[Any], unpublished: list[Any]) -> Iterator[Violation]:
    for key, kind, id, version, wanted in stale:
        problem = f"is of version {version} or of other content; {kind} {id} has version {wanted}"
        yield Violation(key, problem, work_keys(kind, id))
    for kind, id, lacking in unpublished:
        yield Violation(f"{kind}:{id}", f"lacks {lacking} objects", work_keys(kind, id))


PROVES = "objects are what was put, published what the documents say, bytes as rendered now"
AUDIT = Audit("bucket", PROVES, run, publish_again)
