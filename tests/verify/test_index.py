"""The index's audit against a real index, and the engine that the search row is compared with."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from kernel.shapes import OfferDocument, ProductDocument
from ops.bench.limits.engine import Engine
from ops.verify.audit import Context
from ops.verify.audits import index
from read_side.search.fields import index_document
from read_side.search.schema import open_index
from tests.verify.support import Shop

SELECT_BODIES = """
SELECT p.id, p.version, p.content, o.version, o.content
  FROM document p JOIN document o ON o.kind = 'offer' AND o.id = p.id WHERE p.kind = 'product'
"""


def write_index(context: Context, *, without: Sequence[str] = (), older: Sequence[str] = ()) -> None:
    """The index as a node would have it, but for what a test wants wrong."""
    with context.database.snapshot() as conn:
        rows = conn.execute(SELECT_BODIES).fetchall()
    written = open_index(context.search_dir)
    writer = written.writer(15_000_000, 1)
    writer.delete_all_documents()
    for row, (id, version, product, offer_version, offer) in enumerate(rows):
        if id not in without:
            body = msgspec.convert(product, ProductDocument)
            offers = msgspec.convert(offer, OfferDocument)
            writer.add_document(index_document(body, version - (id in older), offers, offer_version, row))
    writer.commit()
    writer.wait_merging_threads()


def found(context: Context) -> list[str]:
    return [violation.subject for violation in index.AUDIT.run(context).violations]


def test_an_index_that_holds_every_product_is_green(shop: Shop, context: Context) -> None:
    write_index(context)
    result = index.AUDIT.run(context)
    assert (result.checked, result.violations) == (3, [])


def test_a_missing_and_an_older_product_are_seen(shop: Shop, context: Context) -> None:
    missing, older = shop.products[:2]
    write_index(context, without=[missing], older=[older])
    assert sorted(found(context)) == sorted([f"product:{missing}", f"product:{older}"])


@pytest.mark.parametrize("statement", ["DELETE FROM document", "UPDATE document SET state = 'gone'"])
def test_a_product_that_left_and_is_still_found_is_seen(shop: Shop, context: Context, statement: str) -> None:
    write_index(context)
    shop.run(f"{statement} WHERE kind = 'product' AND id = %(id)s", id=shop.products[2])
    assert found(context) == [f"product:{shop.products[2]}"]


def test_an_older_offer_is_seen(shop: Shop, context: Context) -> None:
    write_index(context)
    shop.run("UPDATE document SET version = version + 1 WHERE kind = 'offer' AND id = %(id)s", id=shop.products[1])
    assert found(context) == [f"product:{shop.products[1]}"]


def test_no_index_is_a_violation(shop: Shop, context: Context) -> None:
    assert found(context) == [index.INDEX]


def test_repair_makes_nodes_read_the_documents_again(shop: Shop, context: Context) -> None:
    write_index(context, without=shop.products[:1])
    with context.database.snapshot() as conn:
        (mark,) = conn.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text").fetchone() or ("",)
    assert index.AUDIT.repair is not None
    assert "2 documents" in index.AUDIT.repair(context, index.AUDIT.run(context).violations)
    with context.database.snapshot() as conn:
        changed = conn.execute(
            "SELECT DISTINCT id FROM document WHERE kind IN ('product', 'offer') AND changed_xid >= %s::xid8",
            (mark,),
        ).fetchall()
    assert changed == [(shop.products[0],)]


def test_the_engine_alone_answers_from_the_same_index(shop: Shop, context: Context) -> None:
    write_index(context)
    engine = Engine(context.search_dir)
    assert engine.search("product") == 3
    assert engine.search("speakers") == 2
    assert engine.search("nothing-of-the-kind") == 0
