"""Feeds through the command, into the running shop."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from kernel.database import SyncDatabase
from ops.bench.feed import feed_file
from ops.seeding.products import product
from tests.importing.queries import COUNT_EVENTS, LEVELS_OFF, SELECT_PRODUCT, SELECT_SLUGS
from tests.importing.support import lines, row, run_import
from tests.support.stack import Stack
from write_side.catalog.feed.opening import open_feed
from write_side.catalog.feed.reading import rows
from write_side.catalog.feed.rows import FeedProduct


def slugs(database: SyncDatabase, tag: str) -> dict[str, str]:
    with database.transaction() as conn:
        return dict(conn.execute(SELECT_SLUGS, {"pattern": f"IMP-{tag}-%"}).fetchall())


def events(database: SyncDatabase) -> int:
    with database.transaction() as conn:
        found = conn.execute(COUNT_EVENTS).fetchone()
    return int(found[0]) if found else 0


def test_the_second_run_changes_nothing(stack: Stack, database: SyncDatabase, tmp_path: Path, tag: str) -> None:
    (tmp_path / "feed.jsonl.gz").write_bytes(gzip.compress(lines(*(row(n, tag) for n in range(20)))))
    first = run_import(stack, tmp_path, "feed.jsonl.gz")
    assert first.returncode == 0, first.stderr
    assert b"20 created" in first.stdout
    before, known = events(database), slugs(database, tag)
    second = run_import(stack, tmp_path, "feed.jsonl.gz")
    assert b"20 unchanged" in second.stdout
    assert (events(database), slugs(database, tag)) == (before, known)


def test_hostile_rows_are_rejected_and_the_rest_lands(
    stack: Stack, database: SyncDatabase, tmp_path: Path, tag: str
) -> None:
    ean = str(uuid4().int)[:13]
    feed = lines(
        row(1, tag, eans=[ean]),
        row(2, tag, eans=[ean]),
        row(3, tag, price=-5),
        row(4, tag, title=""),
        b"{not json",
        b"\xff\xfe broken",
        row(5, tag, title="nul\x00"),
        row(6, tag, description="x" * 20_001),
        row(7, tag),
        row(7, tag),
        b"[]",
        row(8, tag, title="<b>Bold</b> title"),
    )
    (tmp_path / "feed.jsonl").write_bytes(feed)
    done = run_import(stack, tmp_path, "feed.jsonl", "--rejects", "bad.jsonl")
    assert done.returncode == 1
    rejected = [json.loads(line) for line in (tmp_path / "bad.jsonl").read_bytes().splitlines()]
    assert sorted(entry["line"] for entry in rejected) == [2, 3, 4, 5, 6, 7, 8, 10, 11]
    assert all(entry["reason"] for entry in rejected)
    assert set(slugs(database, tag)) == {f"IMP-{tag}-{n}" for n in (1, 7, 8)}


def test_a_changed_row_is_updated_and_its_slug_stays(
    stack: Stack, database: SyncDatabase, tmp_path: Path, tag: str
) -> None:
    run_import(stack, tmp_path, "-", stdin=lines(row(1, tag)))
    known = slugs(database, tag)
    done = run_import(stack, tmp_path, "-", stdin=lines(row(1, tag, title="Another title", price=77)))
    assert b"1 updated" in done.stdout
    assert slugs(database, tag) == known
    with database.transaction() as conn:
        assert conn.execute(SELECT_PRODUCT, {"sku": f"IMP-{tag}-1"}).fetchone() == ("Another title", 77)


def test_equal_titles_get_addresses_of_their_own(
    stack: Stack, database: SyncDatabase, tmp_path: Path, tag: str
) -> None:
    title = f"Twin {tag}"
    run_import(stack, tmp_path, "-", stdin=lines(row(1, tag, title=title), row(2, tag, title=title)))
    found = slugs(database, tag)
    assert found[f"IMP-{tag}-1"] == f"twin-{tag}"
    assert found[f"IMP-{tag}-2"].startswith(f"twin-{tag}-")


@pytest.mark.parametrize("owner", ["feed", "staff"])
def test_a_sku_and_an_ean_stay_whose_they_are(
    stack: Stack, database: SyncDatabase, staff: httpx.Client, tmp_path: Path, tag: str, owner: str
) -> None:
    ean, first = str(uuid4().int)[:13], row(1, tag)
    if owner == "feed":
        run_import(stack, tmp_path, "-", stdin=lines({**first, "eans": [ean]}))
    else:
        made = {name: first[name] for name in ("sku", "title", "brand", "category")}
        price = {"amount": first["price"], "currency": "USD"}
        product = (
            staff.post("/api/v1/admin/products", json={**made, "price": price, "quantity": 1}).raise_for_status().json()
        )
        variant = {"sku": f"IMP-{tag}-1b", "title": "Blue", "price": price, "quantity": 1, "eans": [ean]}
        staff.post(f"/api/v1/admin/products/{product['id']}/variants", json=variant).raise_for_status()
    others = lines(row(1, tag, feed_id=f"{tag}-other", price=5), row(2, tag, eans=[ean]), row(3, tag, eans=[ean[::-1]]))
    done = run_import(stack, tmp_path, "-", "--rejects", "bad.jsonl", stdin=others)
    assert b"1 created, 0 updated, 0 unchanged, 2 rejected" in done.stdout
    rejected = [json.loads(line)["reason"] for line in (tmp_path / "bad.jsonl").read_bytes().splitlines()]
    assert rejected == [f"IMP-{tag}-1 belongs to another product", f"{ean} belongs to another product"]
    with database.transaction() as conn:
        assert conn.execute(SELECT_PRODUCT, {"sku": f"IMP-{tag}-1"}).fetchone() == (first["title"], first["price"])


def test_an_ean_that_a_row_no_longer_has_may_be_anothers(
    stack: Stack, database: SyncDatabase, tmp_path: Path, tag: str
) -> None:
    ean = str(uuid4().int)[:13]
    run_import(stack, tmp_path, "-", stdin=lines(row(1, tag, eans=[ean])))
    assert b"1 updated" in run_import(stack, tmp_path, "-", stdin=lines(row(1, tag, eans=[]))).stdout
    assert b"1 created" in run_import(stack, tmp_path, "-", stdin=lines(row(2, tag, eans=[ean]))).stdout


def test_csv_is_taken(stack: Stack, database: SyncDatabase, tmp_path: Path, tag: str) -> None:
    text = f"sku,title,brand,category,price,attr_t_colour\nIMP-{tag}-1,Cable {tag},Acme,Cables,499,red\nIMP-{tag}-2,Cable {tag},Acme,Cables,many,red\n"
    (tmp_path / "feed.csv").write_text(text)
    assert run_import(stack, tmp_path, "feed.csv").returncode == 1
    assert set(slugs(database, tag)) == {f"IMP-{tag}-1"}


def test_opening_stock_has_its_movement(stack: Stack, database: SyncDatabase, tmp_path: Path, tag: str) -> None:
    run_import(stack, tmp_path, "-", stdin=lines(*(row(n, tag) for n in range(5))))
    with database.transaction() as conn:
        assert conn.execute(LEVELS_OFF).fetchall() == []


@pytest.mark.parametrize("name", ["missing.jsonl", "damaged.jsonl.gz"])
def test_a_file_that_cannot_be_read_gives_one_sentence(stack: Stack, tmp_path: Path, name: str) -> None:
    (tmp_path / "damaged.jsonl.gz").write_bytes(gzip.compress(b"{}" * 5000)[:40])
    done = run_import(stack, tmp_path, name)
    assert done.returncode == 2
    assert done.stderr.startswith(b"techmart: ")
    assert done.stderr.count(b"\n") == 1


def test_the_seeded_shop_is_always_the_same() -> None:
    assert product(7) == product(7)
    assert product(7).digest() != product(8).digest()


def test_every_row_of_the_feed_is_clean() -> None:
    feed = feed_file()
    read: list[object] = [product(n) for n in range(1, 200)]
    if feed:
        with open_feed(str(feed), None) as opened:
            read = [row for _, row in rows(opened)]
    assert all(isinstance(entry, FeedProduct) for entry in read)
    assert not any(
        "<" in entry.description for entry in read if isinstance(entry, FeedProduct) and "</" in entry.description
    )
