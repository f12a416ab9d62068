"""JSON bodies of documents. Each holds its version, so that no two versions are equal bytes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec

from kernel.clock import rfc3339

_GONE: Final = b'{"state":"gone","version":%d}'


def product_json(content: str, version: int, locale: str) -> bytes:
    """The product document in a locale; `content` is the stored body."""
    return _with(content, f'"version":{version},"locale":"{locale}"')


def offer_json(content: str, version: int, committed_at: datetime | None) -> bytes:
    """The hot document: prices and availability, and since when they are true."""
    return _dated(content, version, committed_at)


def page_json(content: str, version: int, committed_at: datetime | None) -> bytes:
    """What a document's page is made of; `as_of` tells a script whether an offer that it fetched is newer."""
    return _dated(content, version, committed_at)


def list_json(content: str, version: int, locale: str) -> bytes:
    """One page of a list in a locale."""
    return _with(content, f'"version":{version},"locale":"{locale}"')


def navigation_json(content: str, version: int, locale: str) -> bytes:
    """The category tree in a locale."""
    return _with(content, f'"version":{version},"locale":"{locale}"')


def gone_json(version: int) -> bytes:
    """What stands where a document was."""
    return _GONE % version


def redirect_json(version: int, address: str) -> bytes:
    """What stands at a former address."""
    return msgspec.json.encode({"state": "redirect", "location": address, "version": version})


def _dated(content: str, version: int, committed_at: datetime | None) -> bytes:
    as_of = f'"{rfc3339(committed_at)}"' if committed_at else "null"
    return _with(content, f'"version":{version},"as_of":{as_of}')


def _with(content: str, fields: str) -> bytes:
    """Fields put before those of a stored body, without decoding it."""
    return f"{{{fields},{content[1:]}".encode()


def sitemap_xml(content: Any, version: int, edge_url: str, locales: tuple[str, ...]) -> bytes:
    """A shard's addresses, each with its twins in the other locales; the start page goes with the categories."""
    lists = ["", "c/all", *(f"c/{path}" for path in content["categories"])] if content["categories"] else []
    paths = [*lists, *(f"p/{slug}" for slug in content["products"])]
    entries = "".join(_entry(path, edge_url, locales) for path in paths)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- version {version} -->\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
        f"{entries}</urlset>\n"
    ).encode()


def sitemap_index_xml(content: Any, version: int, edge_url: str) -> bytes:
    """The index of shards."""
    entries = "".join(f"<sitemap><loc>{edge_url}/sitemaps/{shard}.xml</loc></sitemap>\n" for shard in content["shards"])
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- version {version} -->\n'
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</sitemapindex>\n'
    ).encode()


def _entry(path: str, edge_url: str, locales: tuple[str, ...]) -> str:
    twins = "".join(
        f'<xhtml:link rel="alternate" hreflang="{hreflang(locale)}" href="{edge_url}/{locale}/{path}"/>'
        for locale in locales
    )
    default = f"{edge_url}/{locales[0]}/{path}" if path else f"{edge_url}/"
    twins += f'<xhtml:link rel="alternate" hreflang="x-default" href="{default}"/>'
    return "".join(f"<url><loc>{edge_url}/{locale}/{path}</loc>{twins}</url>\n" for locale in locales)


def hreflang(locale: str) -> str:
    """`en-us` as search engines write it: `en-US`."""
    language, _, region = locale.partition("-")
    return f"{language}-{region.upper()}"
