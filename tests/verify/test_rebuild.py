"""`techmart rebuild` heals what was damaged behind the project's back; `techmart verify` sees it before, and nothing after."""

from __future__ import annotations

from collections.abc import Callable

from click.testing import CliRunner

from edge import keys
from edge.store import BotoStore
from kernel.ids import uuid7
from kernel.settings import StoreSettings, load
from ops.commands import rebuild
from ops.verify.audit import Context
from ops.verify.audits import bucket, read_tables
from tests.verify.support import Shop
from workers.consumers import Delivery
from workers.publishing import Publisher

DOCUMENTS: list[tuple[str, Callable[[Shop], str], str]] = [
    ("product", lambda shop: shop.products[0], "content = (jsonb_set(content::jsonb, '{title}', '\"Other\"'))::json"),
    ("product", lambda shop: shop.products[1], "hash = sha256('other')"),
    ("product", lambda shop: shop.products[2], "content = '{\"unreadable\": true}'"),
    ("offer", lambda shop: shop.products[0], "content = '{}'"),
    ("offer", lambda shop: shop.products[1], "state = 'gone'"),
    ("category", lambda shop: shop.speakers, "content = '{}'"),
    ("list", lambda shop: "audio#1", "content = '{}'"),
    ("list", lambda shop: "printing#1", "hash = ''"),
    ("navigation", lambda shop: "navigation", "content = '{}'"),
    ("home", lambda shop: "home", "content = '{}'"),
    ("sitemap", lambda shop: "0", "content = '{}'"),
]


def test_documents_whose_content_hash_or_state_is_damaged(published: Publisher, shop: Shop, context: Context) -> None:
    for kind, of, damage in DOCUMENTS:
        shop.run(f"UPDATE document SET {damage} WHERE kind = %(kind)s AND id = %(id)s", kind=kind, id=of(shop))
    shop.run("DELETE FROM document WHERE kind = 'offer' AND id = %(id)s", id=shop.products[2])
    wanted = {f"{kind}:{of(shop)}" for kind, of, _ in DOCUMENTS} | {f"offer:{shop.products[2]}"}
    assert found(read_tables, context) >= wanted
    heal(published, shop, context)


def test_entries_of_lists_that_are_missing_surplus_or_out_of_order(
    published: Publisher, shop: Shop, context: Context
) -> None:
    first, second, third = shop.products
    orphan = str(uuid7())
    shop.run("DELETE FROM list_entry WHERE product_id = %(id)s AND path = 'audio'", id=first)
    shop.run("UPDATE list_entry SET released_on = '1990-01-01' WHERE product_id = %(id)s AND path = ''", id=second)
    shop.run("INSERT INTO list_entry VALUES ('audio', '2020-01-01', %(id)s)", id=third)
    shop.run("INSERT INTO list_entry VALUES ('audio', '2020-01-01', %(id)s)", id=orphan)
    entries = {f"{first}:audio", f"{second}:", f"{third}:audio", f"{orphan}:audio"}
    assert {f"list_entry:{entry}" for entry in entries} <= found(read_tables, context)
    heal(published, shop, context)


def test_records_that_are_missing_or_wrong(published: Publisher, shop: Shop, context: Context) -> None:
    first, second, third = shop.products
    lost = [keys.product("de-de", "product-1"), keys.offer(second), keys.product_page("en-us", "product-2")]
    lost += [keys.listing("en-us", "audio", 1), keys.list_page("de-de", "printing", 1), keys.home_page("en-us")]
    lost += [keys.navigation("de-de"), keys.sitemap_index()]
    for target in lost:
        shop.run("DELETE FROM published_object WHERE key = %(key)s", key=target.key)
    wrong = {
        keys.product("en-us", "product-3").key: "version = version + 7",
        keys.offer(third).key: "hash = sha256('other')",
        keys.offer(first).key: "state = 'gone'",
        keys.product_page("en-us", "product-3").key: "etag = 'other'",
    }
    for key, damage in wrong.items():
        shop.run(f"UPDATE published_object SET {damage} WHERE key = %(key)s", key=key)
    assert found(bucket, context) >= {*(target.key for target in lost), *wrong}
    heal(published, shop, context)
    without_trace = [keys.product("en-us", "product-1"), keys.offer(second), keys.list_page("en-us", "printing", 1)]
    for target in without_trace:
        shop.run("DELETE FROM published_object WHERE key = %(key)s", key=target.key)
        BotoStore(load(StoreSettings)[0]).delete(target.key)
    assert found(bucket, context) >= {f"product:{first}", f"offer:{second}", "list:printing#1"}
    heal(published, shop, context)


def test_objects_that_are_missing_changed_or_left_over(published: Publisher, shop: Shop, context: Context) -> None:
    store = BotoStore(load(StoreSettings)[0])
    first, second, third = shop.products
    missing = [keys.offer(first), keys.product_page("de-de", "product-1"), keys.list_page("en-us", "", 1)]
    for target in missing:
        store.delete(target.key)
    changed = [keys.offer(second), keys.product("en-us", "product-2"), keys.sitemap_index()]
    for target in changed:
        overwrite(store, target.key, "0")
    newer = [keys.offer(third)]
    for target in newer:
        overwrite(store, target.key, "99")
    left_over = keys.product("en-us", "left-over")
    overwrite(store, left_over.key, "1", {"cache-tag": f"product:{first}"})
    wanted = {target.key for target in (*missing, *changed, *newer, left_over)}
    assert found(bucket, context) == wanted
    heal(published, shop, context)
    head = store.head(left_over.key)
    assert head is not None
    assert head.metadata["state"] == "redirect"


def test_a_redirect_that_is_missing_is_put_again(published: Publisher, shop: Shop, context: Context) -> None:
    store, product_id = BotoStore(load(StoreSettings)[0]), shop.products[0]
    shop.run("UPDATE product SET slug = 'renamed' WHERE id = %(id)s", id=product_id)
    heal(published, shop, context)
    old = keys.product("en-us", "product-1").key
    store.delete(old)
    assert found(bucket, context) == {old}
    heal(published, shop, context)
    head = store.head(old)
    assert head is not None
    assert head.metadata["location"] == "/catalog/en-us/products/renamed.json"


def test_a_document_put_back_from_an_older_copy_overtakes_its_objects(
    published: Publisher, shop: Shop, context: Context
) -> None:
    product_id = shop.products[0]
    for amount in (2000, 3000):
        shop.run("UPDATE price SET amount_minor = %(amount)s WHERE sku = 'SKU-1'", amount=amount)
        heal(published, shop, context)
    shop.run("UPDATE document SET version = 1 WHERE id = %(id)s", id=product_id)
    assert found(bucket, context) >= {keys.offer(product_id).key, keys.product("en-us", "product-1").key}
    heal(published, shop, context)


def test_all_puts_what_only_rendering_could_tell(published: Publisher, shop: Shop, context: Context) -> None:
    store, key = BotoStore(load(StoreSettings)[0]), keys.product_page("en-us", "product-2").key
    head = store.head(key)
    assert head is not None
    overwrite(store, key, head.metadata["version"], {"release": head.metadata["release"]})
    forged = store.head(key)
    assert forged is not None
    shop.run("UPDATE published_object SET etag = %(etag)s WHERE key = %(key)s", etag=forged.etag, key=key)
    assert found(bucket, context) == {key}
    heal(published, shop, context, "--all")


def test_a_sound_shop_is_left_alone(published: Publisher, shop: Shop, context: Context) -> None:
    before = rows(context, "SELECT kind, id, version, changed_xid FROM document WHERE version > 0 ORDER BY kind, id")
    done = CliRunner().invoke(rebuild.command, [])
    assert done.exit_code == 0, done.output
    assert rows(context, "SELECT kind, id, version, changed_xid FROM document WHERE version > 0 ORDER BY kind, id") == (
        before
    )
    assert owed(context) == []


def overwrite(store: BotoStore, key: str, version: str, more: dict[str, str] | None = None) -> None:
    metadata = {"version": version, **(more or {})}
    store.put(key, b"{}", content_type="application/json", cache_control="no-store", metadata=metadata)


def found(audit: object, context: Context) -> set[str]:
    return {violation.subject for violation in audit.AUDIT.run(context).violations}  # type: ignore[attr-defined]


def heal(publisher: Publisher, shop: Shop, context: Context, *arguments: str) -> None:
    """Rebuild, let the publishers do what they are owed by it and nothing else, and look again."""
    done = CliRunner().invoke(rebuild.command, arguments)
    assert done.exit_code == 0, done.output
    deliveries = [Delivery(uuid7(), key, uuid7()) for key in owed(context)]
    assert publisher.publish_documents(context.database, deliveries) == {}
    assert publisher.publish_pages(context.database, deliveries) == {}
    with context.database.transaction() as conn:
        shop.forget_work(conn)
    assert found(read_tables, context) == set()
    assert found(bucket, context) == set()


def owed(context: Context) -> list[str]:
    statement = """SELECT key FROM outbox_delivery WHERE consumer = 'documents.publish'
                   UNION SELECT key FROM outbox_keyed WHERE consumer = 'pages.publish'"""
    return [key for (key,) in rows(context, statement)]


def rows(context: Context, statement: str) -> list[tuple[object, ...]]:
    with context.database.snapshot() as conn:
        return conn.execute(statement).fetchall()
