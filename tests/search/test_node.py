"""The index follows documents by version, and snapshots are verified."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from edge.store import SigningStore
from kernel.database import SyncDatabase
from kernel.settings import StoreSettings, load
from ops.seeding.products import product
from read_side.search.engine import Engine
from read_side.search.view import Filters
from read_side.search.writer import Followed, IndexWriter
from tests.search.conftest import document, offer
from tests.search.queries import INSERT_DOCUMENT
from tests.support.stack import Stack
from workers.search_node import take_snapshot
from workers.search_snapshot import PREFIX, newest, publish, pull

UNREACHABLE = {
    "TECHMART_S3_ENDPOINT": "http://127.0.0.1:9",
    "TECHMART_S3_REGION": "us-east-1",
    "TECHMART_S3_BUCKET": "none",
    "TECHMART_S3_ACCESS_KEY": "none",
    "TECHMART_S3_SECRET_KEY": "nobody-listens-there",
}


def followed(number: int, version: int, *, gone: bool = False) -> Followed:
    made = document(product(number))
    body, price = msgspec.to_builtins(made), msgspec.to_builtins(offer(made, True))
    return Followed(made.id, version, None if gone else body, version, None if gone else price)


def total(folder: Path) -> int:
    return Engine.open(folder).view.search("", Filters(), "newest", 1).total


def test_only_higher_versions_are_taken(tmp_path: Path) -> None:
    writer = IndexWriter(tmp_path / "index")
    assert writer.apply([followed(1, 5), followed(2, 1)]) == 2
    writer.commit(10)
    assert writer.apply([followed(1, 4), followed(2, 1)]) == 0
    assert writer.apply([followed(1, 6, gone=True)]) == 1
    assert writer.apply([followed(1, 5)]) == 0
    writer.commit(11)
    assert total(tmp_path / "index") == 1


def test_a_restart_goes_on_from_the_mark(tmp_path: Path) -> None:
    first = IndexWriter(tmp_path / "index")
    first.apply([followed(1, 5)])
    first.commit(42)
    first.close()
    del first
    second = IndexWriter(tmp_path / "index")
    assert second.mark == 42
    assert second.apply([followed(1, 5)]) == 0


def test_an_index_of_another_schema_is_made_anew(tmp_path: Path) -> None:
    old = IndexWriter(tmp_path / "index")
    old.apply([followed(1, 5)])
    old.commit(42)
    old.close()
    del old
    state_file = tmp_path / "index.state.json"
    state_file.write_text(json.dumps(json.loads(state_file.read_text()) | {"schema": 0}))
    (nowhere,) = load(StoreSettings, env=UNREACHABLE)
    take_snapshot(tmp_path, nowhere)
    assert not (tmp_path / "index").exists()
    assert IndexWriter(tmp_path / "index").mark == 0


def test_a_snapshot_is_pulled_whole_or_not_at_all(stack: Stack, database: SyncDatabase, tmp_path: Path) -> None:
    (settings,) = load(StoreSettings, env=stack.env)
    store = SigningStore(settings, connections=1)
    with database.transaction() as conn:
        conn.execute(INSERT_DOCUMENT, {"content": json.dumps(followed(1, 1).product)})
    assert publish(database, store) > 0
    name = newest(store)
    folder = tmp_path / "node"
    folder.mkdir()
    assert pull(store, folder) == f"{name}.json"
    assert IndexWriter(folder / "index").mark > 0
    packed = store.get(f"{name}.tar")
    assert packed is not None
    store.put(
        f"{name}.tar",
        packed[:-1] + b"x",
        content_type="application/octet-stream",
        cache_control="no-store",
        metadata={},
    )
    (tmp_path / "other").mkdir()
    assert pull(store, tmp_path / "other") != f"{name}.json"
    for item in list(store.list(PREFIX)):
        store.delete(item.key)
