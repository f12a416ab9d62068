"""The consumers that put objects into the bucket.

What was published is read first, the documents in a later statement; each object is put on the condition that the
one last recorded still stands there. Outcomes are recorded together; an object whose outcome was not recorded (a
worker killed between put and record) is found again by its version. After that a document that has gone or moved since it was
read is published once more: whoever published that knew nothing of objects that were put here for the first time.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import structlog
from prometheus_client import Counter

from edge import keys
from edge.cdn import Cdn
from edge.keys import Target
from edge.publish import Outcome, Published, Rendered, put_guarded
from edge.store import ObjectStore, StoreError, StoreUnavailableError
from kernel import tracing
from kernel.database import SyncDatabase
from workers.consumers import Delivery
from workers.publishing_sql import RECORD_PUBLISHED, SELECT_DOCUMENTS, SELECT_PUBLISHED, SELECT_VERSIONS
from workers.rendering import (
    PAGE_KINDS,
    Document,
    RenderPages,
    data_objects,
    document_kind,
    farewell,
    gone_page_request,
    moved_to,
    page_object,
    page_request,
    page_target,
)

log = structlog.get_logger()
PUT = Counter("techmart_objects_put_total", "Objects put into the bucket", ["kind"])
SAME = Counter("techmart_objects_same_total", "Objects that stood there already", ["kind"])
PUTS_AT_ONCE: Final = 12


class RenderError(Exception):
    """A page could not be made of its document."""


@dataclass(frozen=True)
class Known:
    """A recorded object and the document it is of; `kind` is the object's."""

    kind: str
    id: str
    published: Published
    state: str


class Publisher:
    """What the publishing consumers share: the bucket, the CDN, the renderer of pages."""

    def __init__(
        self, store: ObjectStore, cdn: Cdn, locales: Sequence[str], edge_url: str, pages: RenderPages, release: str
    ) -> None:
        self.store, self.cdn, self.locales, self.edge_url = store, cdn, tuple(locales), edge_url
        self.pages, self.release = pages, release
        self._threads = ThreadPoolExecutor(PUTS_AT_ONCE, thread_name_prefix="put")

    def publish_documents(self, database: SyncDatabase, deliveries: Sequence[Delivery]) -> Mapping[str, Exception]:
        """Offer and product JSON."""
        return self._publish(database, deliveries, DOCUMENT_OBJECTS)

    def publish_pages(self, database: SyncDatabase, deliveries: Sequence[Delivery]) -> Mapping[str, Exception]:
        """Pages, lists, navigation, sitemaps."""
        return self._publish(database, deliveries, PAGE_OBJECTS)

    def _publish(
        self, database: SyncDatabase, deliveries: Sequence[Delivery], kinds: frozenset[str]
    ) -> Mapping[str, Exception]:
        owed = {delivery.key: delivery for delivery in deliveries}
        errors: dict[str, Exception] = {}
        wanted: Iterable[str] = owed
        while wanted := sorted(wanted):
            wanted = overtaken(database, self._publish_once(database, wanted, owed, kinds, errors))
        return errors

    def _publish_once(
        self,
        database: SyncDatabase,
        wanted: Sequence[str],
        owed: Mapping[str, Delivery],
        kinds: frozenset[str],
        errors: dict[str, Exception],
    ) -> list[Outcome]:
        """Publish these documents as they are now; the objects that nobody knew of before."""
        known, documents = read(database, wanted, kinds)
        live = [document for document in documents if document.live]
        rendered = [*self._data(live, kinds), *self._pages(live, kinds, errors)]
        whole = [document for document in documents if document.key not in errors]
        rendered += self._farewells(left_behind(whole, known, {item.target.key for _, item in rendered}), errors)
        outcomes = list(self._put_all(rendered, known, errors, owed))
        record(database, outcomes)
        replaced = [o.rendered for o in outcomes if o.put and o.rendered.target.key in known]
        with tracing.inside("purge edge", addresses=len(replaced)) if replaced else tracing.NOTHING:
            self.cdn.purge(replaced)
        return [outcome for outcome in outcomes if outcome.rendered.target.key not in known]

    def _data(self, documents: Sequence[Document], kinds: frozenset[str]) -> Iterable[tuple[str, Rendered]]:
        for document in documents:
            if document.kind in kinds:
                for rendered in data_objects(document, self.locales, self.edge_url):
                    yield document.key, rendered

    def _pages(
        self, documents: Sequence[Document], kinds: frozenset[str], errors: dict[str, Exception]
    ) -> Iterable[tuple[str, Rendered]]:
        asked = [(d, locale) for d in documents if PAGE_KINDS.get(d.kind) in kinds for locale in self.locales]
        made = self.pages([page_request(document, locale) for document, locale in asked])
        for (document, locale), body in zip(asked, made, strict=True):
            if isinstance(body, Exception):
                errors[document.key] = RenderError(f"{page_target(document, locale).address}: {body}")
            else:
                yield document.key, page_object(document, locale, body, self.release)

    def _farewells(
        self, left: Sequence[tuple[Document, str, Target]], errors: dict[str, Exception]
    ) -> Iterable[tuple[str, Rendered]]:
        """For each object left behind: a redirect to where its document went, or word that it is gone."""
        where = [moved_to(*one) for one in left]
        asked = {
            target.key: request
            for (document, _, target), to in zip(left, where, strict=True)
            if to is None and (request := gone_page_request(document, target))
        }
        pages = dict(zip(asked, self.pages(list(asked.values())), strict=True))
        for (document, kind, target), to in zip(left, where, strict=True):
            page = pages.get(target.key)
            if isinstance(page, Exception):
                errors[document.key] = RenderError(f"{target.address}: {page}")
            else:
                yield document.key, farewell(document, kind, target, to, page)

    def _put_all(
        self,
        rendered: Sequence[tuple[str, Rendered]],
        known: Mapping[str, Known],
        errors: dict[str, Exception],
        owed: Mapping[str, Delivery],
    ) -> Iterable[Outcome]:
        # The threads know nothing of the span worked in here.
        traces = {key: tracing.nearest(delivery.traceparent) for key, delivery in owed.items()}

        def put(named: tuple[str, Rendered]) -> Outcome | StoreError:
            delivery, item = owed[named[0]], named[1]
            if time.monotonic() > delivery.act_until:
                return StoreUnavailableError(f"{item.target.key}: the store is too slow for this lease")
            before = known.get(item.target.key)
            item = replace(item, request_id=delivery.request_id or "")
            try:
                with tracing.following("publish object", traces[named[0]], key=item.target.key, version=item.version):
                    return put_guarded(self.store, item, before.published if before else None)
            except StoreError as error:
                return error

        for (key, item), result in zip(rendered, self._threads.map(put, rendered), strict=True):
            if isinstance(result, StoreError):
                errors[key] = result
                continue
            (PUT if result.put else SAME).labels(item.kind).inc()
            yield result


DOCUMENT_OBJECTS: Final = frozenset({"product", "offer"})
PAGE_OBJECTS: Final = frozenset({*PAGE_KINDS.values(), "list", "navigation", "sitemap"})


def read(
    database: SyncDatabase, wanted: Sequence[str], kinds: frozenset[str]
) -> tuple[dict[str, Known], list[Document]]:
    """Objects of these kinds recorded for the documents named `kind:id`, then, later, the documents themselves."""
    names = [key.split(":", 1) for key in wanted]
    own = {name: [k for k in kinds if document_kind(k) == name] for name in {kind for kind, _ in names}}
    objects = [(kind, document_id) for name, document_id in names for kind in own[name]]
    with database.transaction() as conn:
        rows = conn.execute(SELECT_PUBLISHED, _pairs(objects)).fetchall()
        known = {
            row[0]: Known(row[1], row[2], Published(row[3], bytes(row[4]), row[5], row[6]), row[7]) for row in rows
        }
        found = conn.execute(SELECT_DOCUMENTS, _pairs(names)).fetchall()
    return known, [Document(r[0], r[1], r[2], r[3], bytes(r[4]), r[5], r[6]) for r in found if r[2] > 0]


def record(database: SyncDatabase, outcomes: Sequence[Outcome]) -> None:
    """Note what stands under each key now."""
    if not outcomes:
        return
    columns = {
        "keys": [o.rendered.target.key for o in outcomes],
        "kinds": [o.rendered.kind for o in outcomes],
        "ids": [o.rendered.id for o in outcomes],
        "versions": [o.version for o in outcomes],
        "hashes": [o.rendered.hash.hex() if o.version == o.rendered.version else "" for o in outcomes],
        "etags": [o.etag for o in outcomes],
        "states": [o.rendered.state for o in outcomes],
        "releases": [o.rendered.release for o in outcomes],
    }
    with database.transaction() as conn:
        conn.execute(RECORD_PUBLISHED, columns)


def overtaken(database: SyncDatabase, first: Sequence[Outcome]) -> list[str]:
    """Documents that are newer by now than these objects, which were put for the first time.

    Whoever published the newer one may not have known of the object, and so not have taken leave of it.
    """
    if not first:
        return []
    versions = {document_key(outcome): outcome.version for outcome in first}
    with database.transaction() as conn:
        names = [key.split(":", 1) for key in versions]
        now = {f"{kind}:{id}": version for kind, id, version in conn.execute(SELECT_VERSIONS, _pairs(names))}
    return [key for key, version in versions.items() if now.get(key, 0) > version]


def document_key(outcome: Outcome) -> str:
    """The key of deliveries of an object's document."""
    return f"{document_kind(outcome.rendered.kind)}:{outcome.rendered.id}"


def left_behind(
    documents: Sequence[Document], known: Mapping[str, Known], current: set[str]
) -> list[tuple[Document, str, Target]]:
    """Objects, by kind and target, that their document no longer has."""
    by_name = {(document.kind, document.id): document for document in documents}
    found = ((by_name.get((document_kind(old.kind), old.id)), old, key) for key, old in known.items())
    return [
        (document, old.kind, keys.target_of(key))
        for document, old, key in found
        if document is not None and key not in current and old.published.version < document.version
    ]


def _pairs(names: Iterable[Sequence[str]]) -> dict[str, list[str]]:
    pairs = list(names)
    return {"kinds": [kind for kind, _ in pairs], "ids": [document_id for _, document_id in pairs]}
