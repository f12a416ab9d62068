"""From documents to objects: which objects a document has, and their bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from edge import keys
from edge.keys import Target
from edge.publish import Rendered
from kernel.clock import rfc3339
from read_side.documents import render

Page = tuple[str, str, msgspec.Raw]
"""Name of the page, locale, document."""

RenderPages = Callable[[Sequence[Page]], Sequence[bytes | Exception]]


@dataclass(frozen=True)
class Document:
    """A row of `document` as publishers read it."""

    kind: str
    id: str
    version: int
    state: str
    hash: bytes
    content: str
    committed_at: datetime | None

    @property
    def key(self) -> str:
        """What deliveries call it."""
        return f"{self.kind}:{self.id}"

    @property
    def live(self) -> bool:
        return self.state == "live"


class Field(msgspec.Struct):
    """What addresses are made of."""

    slug: str = ""
    path: str = ""
    page: int = 1


_field = msgspec.json.Decoder(Field).decode


def data_objects(document: Document, locales: Sequence[str], edge_url: str) -> Iterator[Rendered]:
    """The JSON and XML objects of a live document."""
    name = _field(document.content)
    if document.kind == "offer":
        yield _rendered(
            document,
            "offer",
            keys.offer(document.id),
            render.offer_json(document.content, document.version, document.committed_at),
        )
    elif document.kind == "sitemap":
        yield _sitemap(document, tuple(locales), edge_url)
    for locale in locales:
        if document.kind == "product":
            body = render.product_json(document.content, document.version, locale)
            yield _rendered(document, "product", keys.product(locale, name.slug), body)
        elif document.kind == "list":
            body = render.list_json(document.content, document.version, locale)
            yield _rendered(document, "list", keys.listing(locale, name.path, name.page), body)
        elif document.kind == "navigation":
            body = render.navigation_json(document.content, document.version, locale)
            yield _rendered(document, "navigation", keys.navigation(locale), body)


PAGE_KINDS: Final = {"product": "product-page", "list": "list-page", "home": "home-page"}
"""Kinds of documents that have a page, and the kind its objects are recorded as."""


def page_target(document: Document, locale: str) -> Target:
    """Where a document's page stands."""
    name = _field(document.content)
    if document.kind == "product":
        return keys.product_page(locale, name.slug)
    if document.kind == "list":
        return keys.list_page(locale, name.path, name.page)
    return keys.home_page(locale)


def document_kind(object_kind: str) -> str:
    """The kind of the document that an object of this kind is made of."""
    return object_kind.removesuffix("-page")


def moved_to(document: Document, kind: str, old: Target) -> str | None:
    """Where a live document's object of this kind and locale stands now; None when the document is gone."""
    if not document.live:
        return None
    locale = _locale(old)
    if kind == "product":
        return keys.product(locale, _field(document.content).slug).address
    return page_target(document, locale).address if kind in PAGE_KINDS.values() else None


def _locale(target: Target) -> str:
    return next((part for part in target.address.split("/") if re.fullmatch("[a-z]{2}-[a-z]{2}", part)), "")


def page_request(document: Document, locale: str) -> Page:
    """What the renderer needs for a document's page: made of this document alone, whatever others say meanwhile."""
    body = render.page_json(document.content, document.version, document.committed_at)
    return document.kind, locale, msgspec.Raw(body)


def page_object(document: Document, locale: str, body: bytes, release: str) -> Rendered:
    """A page as it should stand."""
    return _rendered(document, PAGE_KINDS[document.kind], page_target(document, locale), body, release)


def gone_page_request(document: Document, target: Target) -> Page | None:
    """What the renderer needs to say that what stood under a key is gone; None where no page stood."""
    if not target.content_type.startswith("text/html"):
        return None
    return "gone", _locale(target), msgspec.Raw(render.gone_json(document.version))


def farewell(document: Document, kind: str, target: Target, to: str | None, page: bytes | None = None) -> Rendered:
    """What stands under a key that a document no longer has: a redirect to its new address, or word that it is gone.

    `page` is that word for people. Nobody sees a redirect's body: its address is in a header too.
    """
    body = render.redirect_json(document.version, to) if to else page or render.gone_json(document.version)
    return Rendered(
        target,
        kind,
        document.id,
        document.version,
        b"",
        body,
        "redirect" if to else "gone",
        _committed(document),
        location=to or "",
        tags=(document.key,),
    )


def _sitemap(document: Document, locales: tuple[str, ...], edge_url: str) -> Rendered:
    """A sitemap is made of the shop's address and locales too: its release, so that it is put again with others."""
    content = msgspec.json.decode(document.content)
    if document.id == "index":
        body = render.sitemap_index_xml(content, document.version, edge_url)
        return _rendered(document, "sitemap", keys.sitemap_index(), body, edge_url)
    body = render.sitemap_xml(content, document.version, edge_url, locales)
    return _rendered(document, "sitemap", keys.sitemap(int(document.id)), body, f"{edge_url} {' '.join(locales)}")


def _rendered(document: Document, kind: str, target: Target, body: bytes, release: str = "") -> Rendered:
    return Rendered(
        target,
        kind,
        document.id,
        document.version,
        document.hash,
        body,
        committed_at=_committed(document),
        release=release,
        tags=(document.key,),
    )


def _committed(document: Document) -> str:
    return rfc3339(document.committed_at) if document.committed_at else ""
