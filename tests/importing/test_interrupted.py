"""Imports that were killed, refused or kept waiting."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kernel.database import SyncDatabase
from tests.importing.queries import DELETE_PRODUCT, REFUSE_A_TITLE, REFUSE_NO_TITLE, SELECT_LANDED
from tests.importing.support import lines, row, run_import
from tests.rules.source import ROOT
from tests.support.stack import Stack
from write_side.catalog.importing.sql import LOCK_RUNS


def landed(database: SyncDatabase, tag: str) -> list[tuple[object, ...]]:
    with database.transaction() as conn:
        return conn.execute(SELECT_LANDED, {"pattern": f"IMP-{tag}-%"}).fetchall()


@pytest.mark.parametrize(("where", "before"), [("staged", 0), ("between", 7), ("applied", 20)])
def test_a_killed_import_is_finished_by_the_same_import(
    stack: Stack, database: SyncDatabase, tmp_path: Path, tag: str, where: str, before: int
) -> None:
    """At once: a dead import is in nobody's way. Nothing lands twice, no stock is opened twice."""
    (tmp_path / "feed.jsonl").write_bytes(lines(*(row(n, tag) for n in range(20))))
    command = [sys.executable, "-m", "tests.importing.killed", where, str(tmp_path / "feed.jsonl")]
    killed = subprocess.run(command, cwd=ROOT, env={**os.environ, **stack.env}, check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert len(landed(database, tag)) == before

    done = run_import(stack, tmp_path, "feed.jsonl")
    assert done.returncode == 0, done.stderr
    assert f"{20 - before} created, 0 updated, {before} unchanged, 0 rejected".encode() in done.stdout
    found = landed(database, tag)
    assert {sku: (title, price) for sku, title, _, price, *_ in found} == {
        f"IMP-{tag}-{n}": (f"Import {tag} {n}", 1000 + n) for n in range(20)
    }
    assert {(movements, announced) for *_, movements, announced in found} == {(1, 1)}


def test_two_imports_do_not_run_at_once(stack: Stack, database: SyncDatabase, tmp_path: Path, tag: str) -> None:
    with database.transaction() as conn:
        conn.execute(LOCK_RUNS)
        done = run_import(stack, tmp_path, "-", stdin=lines(row(1, tag)))
    assert done.returncode == 2
    assert done.stderr == b"techmart: another import is running; start this one when it has ended\n"
    assert run_import(stack, tmp_path, "-", stdin=lines(row(1, tag))).returncode == 0


def test_a_row_that_the_database_refuses_is_found_and_the_rest_lands(
    stack: Stack, database: SyncDatabase, tmp_path: Path, tag: str
) -> None:
    """Also what the chunk's rolled-back try had named: brand and category are new."""
    new = {"brand": f"Brand {tag}", "category": f"Group {tag} > Leaf"}
    feed = lines(
        *(row(n, tag, **new) for n in range(5)), row(5, tag, **{**new, "title": "Refused"}), row(6, tag, **new)
    )
    with database.transaction() as conn:
        conn.execute(REFUSE_A_TITLE)
    try:
        done = run_import(stack, tmp_path, "-", "--rejects", "bad.jsonl", stdin=feed)
    finally:
        with database.transaction() as conn:
            conn.execute(REFUSE_NO_TITLE)
    assert done.returncode == 1
    rejected = (tmp_path / "bad.jsonl").read_text()
    assert '"line":6' in rejected
    assert "refused_by_a_test" in rejected
    assert [sku for sku, *_ in landed(database, tag)] == [f"IMP-{tag}-{n}" for n in (0, 1, 2, 3, 4, 6)]


def test_what_staff_deleted_stays_deleted(stack: Stack, database: SyncDatabase, tmp_path: Path, tag: str) -> None:
    run_import(stack, tmp_path, "-", stdin=lines(row(1, tag)))
    with database.transaction() as conn:
        conn.execute(DELETE_PRODUCT, {"sku": f"IMP-{tag}-1"})
    before = landed(database, tag)
    done = run_import(stack, tmp_path, "-", stdin=lines(row(1, tag, title="Another", price=5)))
    assert b"0 created, 0 updated, 1 unchanged" in done.stdout
    assert landed(database, tag) == before


def test_equal_titles_with_long_and_equal_ends_of_ids_get_addresses(
    stack: Stack, database: SyncDatabase, tmp_path: Path, tag: str
) -> None:
    title = f"{tag} " + "long title " * 26
    feed = lines(*(row(n, tag, title=title, feed_id=f"{tag}{n}:" + "same end " * 8) for n in range(4)))
    assert run_import(stack, tmp_path, "-", stdin=feed).returncode == 0
    slugs = {slug for _, _, slug, *_ in landed(database, tag)}
    assert len(slugs) == 4
