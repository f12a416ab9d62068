"""The bucket's audit against a real store: what changes behind the publishers' back is seen and put right."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from edge import keys
from edge.keys import Target
from edge.store import BotoStore
from kernel.settings import StoreSettings, load
from ops.verify.audit import Context
from ops.verify.audits import bucket
from ops.verify.audits.bucket import prefixes
from tests.verify.conftest import publish_everything
from tests.verify.support import Shop
from workers.publishing import Publisher

Damage = Callable[[BotoStore, Shop, str], None]


def overwrite(store: BotoStore, shop: Shop, key: str) -> None:
    store.put(key, b"{}", content_type="application/json", cache_control="no-store", metadata={"version": "1"})


def remove(store: BotoStore, shop: Shop, key: str) -> None:
    store.delete(key)


def record_older(store: BotoStore, shop: Shop, key: str) -> None:
    shop.run("UPDATE published_object SET version = version - 1 WHERE key = %(key)s", key=key)


def record_other(store: BotoStore, shop: Shop, key: str) -> None:
    shop.run("UPDATE published_object SET hash = sha256('other') WHERE key = %(key)s", key=key)


def believe_another(store: BotoStore, shop: Shop, key: str) -> None:
    """Other bytes, recorded as if we had put them: only rendering again can tell."""
    overwrite(store, shop, key)
    head = store.head(key)
    assert head is not None
    shop.run("UPDATE published_object SET etag = %(etag)s WHERE key = %(key)s", etag=head.etag, key=key)


@pytest.mark.parametrize(
    ("damage", "target"),
    [
        (overwrite, lambda shop: keys.offer(shop.products[0])),
        (remove, lambda shop: keys.product("de-de", "product-1")),
        (record_older, lambda shop: keys.listing("en-us", "audio", 1)),
        (record_other, lambda shop: keys.sitemap_index()),
        (believe_another, lambda shop: keys.product_page("en-us", "product-2")),
    ],
)
def test_what_is_not_as_published_is_seen_and_put_again(
    published: Publisher, shop: Shop, context: Context, damage: Damage, target: Callable[[Shop], Target]
) -> None:
    (settings,) = load(StoreSettings)
    key = target(shop).key
    assert bucket.AUDIT.run(context).violations == []
    damage(BotoStore(settings), shop, key)
    found = bucket.AUDIT.run(context).violations
    assert [violation.subject for violation in found] == [key]
    assert bucket.AUDIT.repair is not None
    assert "1 documents asked" in bucket.AUDIT.repair(context, found)
    publish_everything(published, context)
    assert bucket.AUDIT.run(context).violations == []


def test_objects_and_documents_that_lack_each_other_are_seen(
    published: Publisher, shop: Shop, context: Context
) -> None:
    (settings,) = load(StoreSettings)
    overwrite(BotoStore(settings), shop, keys.product("en-us", "from-nowhere").key)
    shop.run("DELETE FROM published_object WHERE kind = 'offer' AND id = %(id)s", id=shop.products[0])
    found = {violation.subject for violation in bucket.AUDIT.run(context).violations}
    offer = f"catalog/offers/{shop.products[0]}.json"
    assert found == {"catalog/en-us/products/from-nowhere.json", offer, f"offer:{shop.products[0]}"}


def test_every_object_is_counted(published: Publisher, context: Context) -> None:
    with context.database.snapshot() as conn:
        (count,) = conn.execute("SELECT count(*) FROM published_object").fetchone() or (0,)
    assert bucket.AUDIT.run(context).checked == count


def test_a_full_look_renders_everything(published: Publisher, context: Context) -> None:
    context.full = True
    seen: list[tuple[int, int | None]] = []
    context.progress = lambda what, done, total: seen.append((done, total)) if "rendering" in what else None
    assert bucket.AUDIT.run(context).violations == []
    assert seen


def test_prefixes_do_not_overlap() -> None:
    found = prefixes(["catalog/fr-fr/products/a.json", "pages/en-us/p/a", "catalog/offers/x.json"], ["en-us"])
    assert found == sorted({"catalog/en-us/", "catalog/fr-fr/", "catalog/offers/", "pages/en-us/", "sitemap"})
