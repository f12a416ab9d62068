"""Addresses at the edge, the objects behind them, and how long each may be kept.

An address is the object's key with a leading slash, except for pages: `/{locale}/p/{slug}` is kept under
`pages/{locale}/p/{slug}.html`. Stores that keep objects as files cannot hold both `c/printing` and what is below it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

LIST_PAGES_MAX: Final = 3
"""List pages that are pre-rendered; deeper ones come from the read API."""

_STALE_ON_ERROR_SECONDS: Final = 86_400


class CacheClass(Enum):
    """Seconds an object is fresh at the edge, then served stale while it is fetched again."""

    HOT = (1, 1)
    PAGE = (5, 25)
    SLOW = (60, 60)
    IMMUTABLE = (31_536_000, 0)

    @property
    def header(self) -> str:
        """The Cache-Control header of such an object."""
        fresh, stale = self.value
        if self is CacheClass.IMMUTABLE:
            return f"public, max-age={fresh}, immutable"
        return (
            f"public, max-age=0, s-maxage={fresh}, stale-while-revalidate={stale}, "
            f"stale-if-error={_STALE_ON_ERROR_SECONDS}"
        )


@dataclass(frozen=True)
class Target:
    """Where an object goes: its key in the bucket, its address, and how it is kept."""

    key: str
    address: str
    cache: CacheClass
    content_type: str


_JSON: Final = "application/json"
_HTML: Final = "text/html; charset=utf-8"
_XML: Final = "application/xml"


def _data(path: str, cache: CacheClass, content_type: str = _JSON) -> Target:
    return Target(path, f"/{path}", cache, content_type)


def _page(path: str) -> Target:
    name = f"{path}index" if path.endswith("/") else path
    return Target(f"pages/{name}.html", f"/{path}", CacheClass.PAGE, _HTML)


def offer(product_id: str) -> Target:
    """The hot document of a product."""
    return _data(f"catalog/offers/{product_id}.json", CacheClass.HOT)


def product(locale: str, slug: str) -> Target:
    """The product document."""
    return _data(f"catalog/{locale}/products/{slug}.json", CacheClass.HOT)


def product_page(locale: str, slug: str) -> Target:
    """The product page."""
    return _page(f"{locale}/p/{slug}")


def listing(locale: str, path: str, page: int) -> Target:
    """One pre-rendered list of a category, or with an empty path of the whole shop."""
    name = path or "all"
    suffix = "" if page == 1 else f"/{page}"
    return _data(f"catalog/{locale}/categories/{name}{suffix}.json", CacheClass.PAGE)


def list_page(locale: str, path: str, page: int) -> Target:
    """The page of a pre-rendered list."""
    suffix = "" if page == 1 else f"/{page}"
    return _page(f"{locale}/c/{path or 'all'}{suffix}")


def navigation(locale: str) -> Target:
    """The category tree."""
    return _data(f"catalog/{locale}/navigation.json", CacheClass.SLOW)


def home_page(locale: str) -> Target:
    """The start page."""
    return _page(f"{locale}/")


def static_page(locale: str, name: str) -> Target:
    """A page without a document: search, not found."""
    return _page(f"{locale}/{name}")


def sitemap_index() -> Target:
    """The index of sitemaps."""
    return _data("sitemap.xml", CacheClass.SLOW, _XML)


def sitemap(shard: int) -> Target:
    """One sitemap."""
    return _data(f"sitemaps/{shard}.xml", CacheClass.SLOW, _XML)


def asset(name: str, content_type: str) -> Target:
    """A hashed file of the front end."""
    return _data(f"assets/{name}", CacheClass.IMMUTABLE, content_type)


def media(name: str, content_type: str) -> Target:
    """A picture, named by its content."""
    return _data(f"media/{name}", CacheClass.IMMUTABLE, content_type)


def target_of(key: str) -> Target:
    """The target of a key that was published earlier."""
    if key.startswith("pages/"):
        path = key.removeprefix("pages/").removesuffix(".html")
        return _page(path.removesuffix("index") if path.endswith("/index") else path)
    if key.startswith("sitemap"):
        return _data(key, CacheClass.SLOW, _XML)
    if key.endswith("/navigation.json"):
        return _data(key, CacheClass.SLOW)
    hot = key.startswith("catalog/offers/") or "/products/" in key
    return _data(key, CacheClass.HOT if hot else CacheClass.PAGE)
