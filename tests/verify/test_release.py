"""A release of the front end, or of a shop that has other locales than before."""

from __future__ import annotations

import pytest

from edge import keys
from edge.keys import Target
from edge.store import BotoStore
from kernel.ids import uuid7
from kernel.settings import StoreSettings, load
from ops.verify.audit import Context
from tests.verify.conftest import LOCALES, publisher_of
from tests.verify.support import Shop
from workers.consumers import Delivery
from workers.publishing import Publisher
from workers.release import publish_release

MORE = (*LOCALES, "fr-fr")
SELECT_ASKED = """
SELECT consumer, key FROM outbox_keyed UNION ALL SELECT consumer, key FROM outbox_delivery WHERE done_at IS NULL
"""


def owed(context: Context, consumer: str) -> list[Delivery]:
    with context.database.snapshot() as conn:
        rows = conn.execute(SELECT_ASKED).fetchall()
    return [Delivery(uuid7(), key, uuid7()) for name, key in rows if name == consumer]


def text(target: Target) -> str:
    (settings,) = load(StoreSettings)
    body = BotoStore(settings).get(target.key)
    assert body is not None, f"{target.key} is missing"
    return body.decode()


def test_a_locale_that_is_added_reaches_every_object(
    published: Publisher, shop: Shop, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_release()
    shop.run("DELETE FROM outbox_keyed")
    assert owed(context, "documents.publish") == []
    assert publish_release() == 0

    monkeypatch.setenv("TECHMART_LOCALES", ",".join(MORE))
    assert publish_release() > 0
    publisher = publisher_of(MORE)
    assert publisher.publish_documents(context.database, owed(context, "documents.publish")) == {}
    assert publisher.publish_pages(context.database, owed(context, "pages.publish")) == {}

    assert '"locale":"fr-fr"' in text(keys.product("fr-fr", "product-1"))
    assert '"locale":"fr-fr"' in text(keys.navigation("fr-fr"))
    assert '"locale":"fr-fr"' in text(keys.listing("fr-fr", "audio", 1))
    for page in (keys.product_page("en-us", "product-1"), keys.list_page("de-de", "audio", 1), keys.home_page("fr-fr")):
        assert 'hreflang="fr-FR"' in text(page)
    assert any('hreflang="fr-FR"' in text(keys.sitemap(shard)) for shard in live_shards(context))


def live_shards(context: Context) -> list[int]:
    with context.database.snapshot() as conn:
        rows = conn.execute("SELECT id FROM document WHERE kind = 'sitemap' AND state = 'live' AND id <> 'index'")
        return [int(row[0]) for row in rows]
