"""Publishing a release of the front end: its files, the pages without documents, then every page again."""

from __future__ import annotations

import json

import msgspec

from edge import keys
from edge.keys import Target
from edge.store import ObjectStore, SigningStore
from frontend_build.assets import STATIC_PAGES, assets
from frontend_build.render import PageRequest, Renderer
from kernel.database import SyncDatabase
from kernel.ids import uuid7
from kernel.settings import DatabaseSettings, EdgeSettings, ShopSettings, StoreSettings, load
from workers.publishing_sql import ASK_ALL_PAGES, ASK_PRODUCTS_LACKING, RECORD_RELEASE, SELECT_RELEASE


def publish_release() -> int:
    """Publish the build in `dist` unless it is the one published last; return how many files were put.

    Files of earlier releases stay for pages that still name them; pages are rendered again in the background. A shop
    with other locales or another address is another release: what lacks a locale is published too.
    """
    database_settings, store_settings, edge, shop = load(DatabaseSettings, StoreSettings, EdgeSettings, ShopSettings)
    renderer = Renderer(shop.locales, edge.edge_url)
    database = SyncDatabase(database_settings, size=1)
    try:
        with database.transaction() as conn:
            known = conn.execute(SELECT_RELEASE).fetchone()
        if known and known[1] == renderer.release:
            return 0
        store = SigningStore(store_settings)
        put = _put_files(store) + _put_static_pages(store, renderer, shop.locales)
        with database.transaction() as conn:
            conn.execute(RECORD_RELEASE, {"release": renderer.release})
            conn.execute(ASK_ALL_PAGES, {"event_id": uuid7()})
            conn.execute(ASK_PRODUCTS_LACKING, {"event_id": uuid7(), "locales": len(shop.locales)})
        return put
    finally:
        database.close()


def _put_files(store: ObjectStore) -> int:
    count = 0
    for name, body, content_type in assets():
        _put(store, keys.asset(name, content_type), body)
        count += 1
    return count


def _put_static_pages(store: ObjectStore, renderer: Renderer, locales: tuple[str, ...]) -> int:
    document = json.dumps({"version": 1}).encode()
    asked = [(name, locale) for locale in locales for name in STATIC_PAGES]
    made = renderer.render([PageRequest(name, locale, msgspec.Raw(document)) for name, locale in asked])
    for (name, locale), body in zip(asked, made, strict=True):
        if isinstance(body, Exception):
            raise body
        _put(store, keys.static_page(locale, name), body)
    return len(made)


def _put(store: ObjectStore, target: Target, body: bytes) -> None:
    """These objects have no document: the newest release's bytes are the right ones."""
    store.put(target.key, body, content_type=target.content_type, cache_control=target.cache.header, metadata={})
