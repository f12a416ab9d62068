"""Snapshots of the search index: immutable, named by time, verified before use.

A snapshot is a tar of an index with its state (schema version, mark, versions), and a manifest with its checksum.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import msgspec
import structlog
from msgspec import Struct

from edge.store import ObjectStore, SigningStore
from kernel.database import SyncDatabase
from kernel.settings import StoreSettings, load
from read_side.search.queries import SELECT_CHANGED, SELECT_NEXT_MARK
from read_side.search.schema import VERSION
from read_side.search.writer import Followed, IndexWriter

log = structlog.get_logger()
PREFIX: Final = "private/search/"
KEPT: Final = 3
_PLAIN: Final[dict[str, Any]] = {"content_type": "application/octet-stream", "cache_control": "no-store"}


class Manifest(Struct, frozen=True):
    """What a snapshot is and how it is known to be whole."""

    schema: int
    mark: int
    sha256: str
    size: int


def publish(database: SyncDatabase, store: ObjectStore | None = None) -> int:
    """Build an index of every product from the primary and publish it; return how many there are, 0 publishes nothing."""
    store = store or SigningStore(load(StoreSettings)[0], connections=1)
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        mark, products = _build(database, folder)
        if not products:
            return 0
        packed = _pack(folder)
    name = f"{PREFIX}{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{mark}"
    manifest = Manifest(VERSION, mark, hashlib.sha256(packed).hexdigest(), len(packed))
    store.put(f"{name}.tar", packed, metadata={}, **_PLAIN)
    store.put(f"{name}.json", msgspec.json.encode(manifest), metadata={}, **_PLAIN)
    _forget_old(store)
    return products


def newest(store: ObjectStore) -> str:
    """The name of the snapshot published last; empty where there is none."""
    return max((item.key.rsplit(".", 1)[0] for item in store.list(PREFIX)), default="")


def pull(store: ObjectStore, folder: Path) -> str | None:
    """Put the newest sound snapshot of this schema into `folder`; None where there is none."""
    for key in sorted((item.key for item in store.list(PREFIX) if item.key.endswith(".json")), reverse=True):
        raw, packed = store.get(key), store.get(f"{key.removesuffix('.json')}.tar")
        if raw is None or packed is None:
            continue
        manifest = msgspec.json.decode(raw, type=Manifest)
        if manifest.schema != VERSION or hashlib.sha256(packed).hexdigest() != manifest.sha256:
            log.warning("snapshot refused", snapshot=key)
            continue
        with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
            tar.extractall(folder, filter="data")
        return key
    return None


def _build(database: SyncDatabase, folder: Path) -> tuple[int, int]:
    writer = IndexWriter(folder / "index")
    with database.transaction() as conn:
        row = conn.execute(SELECT_NEXT_MARK).fetchone()
        mark = int(row[0]) if row else 0
        products = writer.apply(Followed(*row) for row in conn.execute(SELECT_CHANGED, {"mark": 0}))
    writer.commit(mark)
    writer.save()
    writer.close()
    return mark, products


def _pack(folder: Path) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.endswith(".lock"):
                tar.add(path, str(path.relative_to(folder)))
    return packed.getvalue()


def _forget_old(store: ObjectStore) -> None:
    names = sorted({item.key.rsplit(".", 1)[0] for item in store.list(PREFIX)})
    for name in names[:-KEPT]:
        store.delete(f"{name}.json")
        store.delete(f"{name}.tar")
