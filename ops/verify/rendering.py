"""Rendering documents again and comparing the bytes with what stands in the bucket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from edge.publish import Rendered
from edge.store import ObjectStore
from frontend_build.render import PageRequest, Renderer
from kernel.database import SyncReadConnection
from kernel.settings import EdgeSettings, load
from ops.verify.audit import Context, Violation
from ops.verify.bucket_queries import SELECT_TO_RENDER
from workers.publishing_sql import SELECT_DOCUMENTS, SELECT_VERSIONS
from workers.rendering import PAGE_KINDS, Document, data_objects, page_object, page_request

SAMPLE: Final = 500
"""Documents rendered without --full."""

EVERYTHING: Final = 2**31 - 1
CHUNK: Final = 100
GETS_AT_ONCE: Final = 8


def render_differences(context: Context, store: ObjectStore) -> Iterator[Violation]:
    """Objects whose bytes are not what their document renders to; what changed meanwhile is left out."""
    (edge,) = load(EdgeSettings, env=context.env)
    again = Again(context.shop.locales, str(edge.edge_url))
    with context.database.snapshot() as conn:
        wanted = conn.execute(SELECT_TO_RENDER, {"count": EVERYTHING if context.full else SAMPLE}).fetchall()
    with ThreadPoolExecutor(GETS_AT_ONCE) as pool:
        for start in range(0, len(wanted), CHUNK):
            context.progress("bucket: rendering again", start, len(wanted))
            names = wanted[start : start + CHUNK]
            with context.database.snapshot() as conn:
                documents = read_documents(conn, names)
            objects = list(again.objects(documents))
            stored = pool.map(lambda item: store.get(item.target.key), objects)
            wrong = [item for item, body in zip(objects, stored, strict=True) if body != item.body]
            yield from _unchanged(context, wrong, documents)


class Again:
    """Renders as the publishers do: the same functions, the same front-end bundle."""

    def __init__(self, locales: Sequence[str], edge_url: str) -> None:
        self.locales, self.edge_url = tuple(locales), edge_url
        self._renderer = Renderer(self.locales, edge_url)

    def objects(self, documents: Sequence[Document]) -> Iterator[Rendered]:
        """Every object of these live documents; a page that cannot be rendered raises."""
        for document in documents:
            yield from data_objects(document, self.locales, self.edge_url)
        asked = [(document, locale) for document in documents if document.kind in PAGE_KINDS for locale in self.locales]
        requests = [PageRequest(*page_request(document, locale)) for document, locale in asked]
        for (document, locale), body in zip(asked, self._renderer.render(requests), strict=True):
            if isinstance(body, Exception):
                raise body
            yield page_object(document, locale, body, self._renderer.release)


def read_documents(conn: SyncReadConnection, names: Iterable[tuple[str, str]]) -> list[Document]:
    """The live ones of these documents (kind, id)."""
    pairs = list(names)
    rows = conn.execute(SELECT_DOCUMENTS, {"kinds": [kind for kind, _ in pairs], "ids": [id for _, id in pairs]})
    found = [Document(row[0], row[1], row[2], row[3], bytes(row[4]), row[5], row[6]) for row in rows]
    return [document for document in found if document.live]


def _unchanged(context: Context, wrong: Sequence[Rendered], documents: Sequence[Document]) -> Iterator[Violation]:
    if not wrong:
        return
    kinds, ids = [d.kind for d in documents], [d.id for d in documents]
    with context.database.snapshot() as conn:
        now = {(kind, id): version for kind, id, version in conn.execute(SELECT_VERSIONS, {"kinds": kinds, "ids": ids})}
    for item in wrong:
        kind = item.kind.removesuffix("-page")
        if now.get((kind, item.id)) == item.version:
            problem = f"is not what {kind} {item.id} version {item.version} renders to"
            yield Violation(item.target.key, problem, (f"{kind}:{item.id}",))
