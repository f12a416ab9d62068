"""Each audit is red when what it proves is broken, and green again when it is repaired."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from kernel.ids import uuid7
from ops.stack.postgres import Postgres
from ops.verify.audit import Audit, AuditResult, Context, Violation
from ops.verify.audits import audit_trail, deliveries, levels, read_tables
from ops.verify.runner import verify
from tests.verify.support import Shop
from write_side.staff.audit import FIRST_HASH, entry_hash
from write_side.staff.sql import INSERT_ENTRY


def subjects(audit: Audit, context: Context) -> list[str]:
    return [violation.subject for violation in audit.run(context).violations]


def repaired(audit: Audit, context: Context) -> str:
    assert audit.repair is not None
    return audit.repair(context, audit.run(context).violations)


# Levels


def test_sound_levels_are_green(shop: Shop, context: Context) -> None:
    assert levels.AUDIT.run(context) == AuditResult(3, [])


@pytest.mark.parametrize(
    ("damage", "wrong"),
    [
        ("UPDATE stock_level SET on_hand = on_hand + 1 WHERE sku = 'SKU-2'", ["SKU-2@main#0"]),
        ("UPDATE stock_level SET reserved = 1 WHERE sku = 'SKU-1'", ["SKU-1@main#0"]),
        ("DELETE FROM stock_level WHERE sku = 'SKU-3'", ["SKU-3@main#0"]),
        (
            "INSERT INTO stock_level (sku, location, bucket, on_hand) VALUES ('SKU-1', 'main', 4, 2)",
            ["SKU-1@main#4"],
        ),
    ],
)
def test_a_level_that_is_not_its_movements_is_seen(shop: Shop, context: Context, damage: str, wrong: list[str]) -> None:
    shop.run(damage)
    assert subjects(levels.AUDIT, context) == wrong


# Deliveries

OWED = """
WITH e AS (
    INSERT INTO outbox_event (command_id, type, aggregate, aggregate_id, payload)
    VALUES (uuidv7(), 'ProductUpdated', 'product', 'p', '{}') RETURNING id, command_id)
INSERT INTO outbox_delivery (event_id, consumer, key, command_id, next_at, dead_at, done_at)
SELECT id, 'products.project', 'p', command_id, clock_timestamp() - make_interval(secs => %(age)s),
       CASE WHEN %(state)s = 'dead' THEN now() END, CASE WHEN %(state)s = 'done' THEN now() END FROM e
"""


@pytest.mark.parametrize(
    ("age", "state", "found"),
    [
        (5, "undone", []),
        (90, "done", []),
        (90, "undone", ["products.project|p"]),
        (5, "dead", ["products.project|p"]),
    ],
)
def test_overdue_and_dead_deliveries_are_seen_and_revived(
    shop: Shop, context: Context, age: int, state: str, found: list[str]
) -> None:
    shop.run(OWED, age=age, state=state)
    assert subjects(deliveries.AUDIT, context) == found
    repaired(deliveries.AUDIT, context)
    assert subjects(deliveries.AUDIT, context) == []


KEYED = """
INSERT INTO outbox_keyed (consumer, key, event_id, command_id, next_at)
VALUES ('lists.project', '/audio', uuidv7(), uuidv7(), clock_timestamp() - interval '2 minutes')
"""
IMPORT = """
INSERT INTO import_run (source, fingerprint, state, heartbeat_at)
VALUES ('feed', sha256(''), 'running', clock_timestamp() - make_interval(secs => %(age)s))
"""


@pytest.mark.parametrize(("heartbeat", "found"), [(1, []), (30, ["lists.project|/audio"])])
def test_lists_may_wait_for_a_feed_that_pours_in(
    shop: Shop, context: Context, heartbeat: int, found: list[str]
) -> None:
    shop.run(KEYED)
    shop.run(IMPORT, age=heartbeat)
    assert subjects(deliveries.AUDIT, context) == found


# Audit trail


def record(context: Context, entries: int) -> None:
    previous, at, actor = FIRST_HASH, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), UUID(int=7)
    with context.database.transaction() as conn:
        for sequence in range(1, entries + 1):
            before, after = {"amount": sequence, "currency": "USD"}, None
            digest = entry_hash(previous, sequence, at, actor, "price.set", "SKU-1", before, after)
            row: dict[str, Any] = {
                "sequence": sequence,
                "at": at,
                "actor_id": actor,
                "action": "price.set",
                "subject": "SKU-1",
                "before": Jsonb(before),
                "after": None,
                "command_id": uuid7(),
                "request_id": None,
                "address": None,
                "previous": previous,
                "hash": digest,
            }
            conn.execute(INSERT_ENTRY, row)
            previous = digest


def tamper(server: Postgres, context: Context, statement: str) -> None:
    """As somebody with the superuser's rights would."""
    database = psycopg.conninfo.conninfo_to_dict(context.env["TECHMART_DATABASE_URL"])["dbname"]
    with server.connect(str(database)) as conn:
        conn.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        conn.execute(statement)


@pytest.mark.parametrize(
    ("statement", "problems"),
    [
        ("UPDATE audit_entry SET action = 'none' WHERE sequence = 2", ["entry 2 content"]),
        ("""UPDATE audit_entry SET before = '{"amount": 1}' WHERE sequence = 3""", ["entry 3 content"]),
        ("DELETE FROM audit_entry WHERE sequence = 2", ["entry 3"]),
        ("DELETE FROM audit_entry WHERE sequence = 1", ["entry 2"]),
        ("UPDATE audit_entry SET hash = sha256('x') WHERE sequence = 2", ["entry 2 content", "entry 3"]),
    ],
)
def test_a_broken_chain_is_seen(server: Postgres, context: Context, statement: str, problems: list[str]) -> None:
    record(context, 4)
    assert audit_trail.AUDIT.run(context) == AuditResult(4, [])
    tamper(server, context, statement)
    assert subjects(audit_trail.AUDIT, context) == problems


# Read tables


def test_an_empty_shop_is_green(context: Context) -> None:
    assert read_tables.AUDIT.run(context) == AuditResult(0, [])


def test_documents_just_made_are_green(shop: Shop, context: Context) -> None:
    result = read_tables.AUDIT.run(context)
    assert result.violations == []
    assert result.checked > 3 * 3


@pytest.mark.parametrize(
    ("damage", "wrong"),
    [
        ("UPDATE price SET amount_minor = 5 WHERE sku = 'SKU-1'", {"product:{0}", "offer:{0}"}),
        (
            "UPDATE product SET status = 'deleted' WHERE slug = 'product-3'",
            {"product:{2}", "offer:{2}", "list_entry:"},
        ),
        ("UPDATE document SET hash = sha256('') WHERE kind = 'offer' AND id = '{1}'", {"offer:{1}"}),
        (
            "UPDATE document SET content = replace(content::text, 'Prod', 'Pred')::json WHERE id = '{1}'",
            {"product:{1}", "list:", "home:"},
        ),
        ("UPDATE document SET state = 'gone' WHERE kind = 'navigation'", {"navigation:navigation"}),
        ("DELETE FROM document WHERE kind = 'list' AND id = 'printing#1'", {"list:printing#1"}),
        (
            "DELETE FROM list_entry WHERE path = 'audio' AND product_id = '{0}'",
            {"list_entry:{0}:audio", "list:"},
        ),
        (
            "UPDATE list_entry SET released_on = '2020-01-01' WHERE product_id = '{2}'",
            {"list_entry:{2}:", "home:", "list:"},
        ),
    ],
)
def test_a_document_that_differs_is_seen_and_projected_again(
    shop: Shop, context: Context, damage: str, wrong: set[str]
) -> None:
    shop.run(damage.format(*shop.products))
    expected = {prefix.format(*shop.products) for prefix in wrong}
    found = subjects(read_tables.AUDIT, context)
    assert found
    assert {subject for subject in found if not subject.startswith(tuple(expected))} == set()
    assert all(any(subject.startswith(prefix) for subject in found) for prefix in expected - {"home:", "list:"})
    repaired(read_tables.AUDIT, context)
    repaired(read_tables.AUDIT, context)
    assert [subject for subject in subjects(read_tables.AUDIT, context) if not subject.startswith("sitemap")] == []


# The second look


def looks(*results: list[Violation]) -> Audit:
    waiting = list(results)
    return Audit("looks", "what a test says", lambda _: AuditResult(1, waiting.pop(0)))


def test_a_difference_gone_at_the_second_look_is_none(context: Context) -> None:
    pauses: list[float] = []
    (verdict,) = verify([looks([Violation("a", "was late")], [])], context, pause=pauses.append)
    assert verdict.result.violations == []
    assert pauses == [5.0]


def test_a_green_audit_is_not_looked_at_twice(context: Context) -> None:
    (verdict,) = verify([looks([])], context, pause=lambda _: pytest.fail("waited for nothing"))
    assert verdict.result == AuditResult(1, [])


def test_only_what_both_looks_saw_counts(context: Context) -> None:
    first, second = Violation("a", "x"), Violation("b", "x")
    (verdict,) = verify([looks([first], [second, first])], context, pause=lambda _: None)
    assert verdict.result.violations == [first]


@pytest.mark.parametrize(("state", "counted"), [("undone", 0), ("dead", 1), ("done", 1)])
def test_undone_work_explains_a_difference(shop: Shop, context: Context, state: str, counted: int) -> None:
    shop.run(OWED, age=1, state=state)
    stale = Violation("product:p", "differs", ("p",))
    (verdict,) = verify([looks([stale], [stale])], context, pause=lambda _: None)
    assert len(verdict.result.violations) == counted


def test_repair_says_what_it_did_and_the_verdict_stays_red(shop: Shop, context: Context) -> None:
    shop.run("UPDATE price SET amount_minor = 5 WHERE sku = 'SKU-1'")
    (verdict,) = verify([read_tables.AUDIT], context, repair=True, pause=lambda _: None)
    assert verdict.result.violations
    assert "projected again" in str(verdict.repaired)
    (after,) = verify([read_tables.AUDIT], context, pause=lambda _: None)
    assert not [v for v in after.result.violations if v.subject.startswith(("product:", "offer:"))]


def test_what_no_program_can_repair_is_left_to_a_person(shop: Shop, context: Context) -> None:
    shop.run("UPDATE stock_level SET on_hand = 99 WHERE sku = 'SKU-1'")
    (verdict,) = verify([levels.AUDIT], context, repair=True, pause=lambda _: None)
    assert "a person" in str(verdict.repaired)
    assert subjects(levels.AUDIT, context) == ["SKU-1@main#0"]
