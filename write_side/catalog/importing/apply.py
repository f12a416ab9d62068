"""A feed's rows into the catalogue, a chunk in a transaction, changed rows only.

Every chunk can be applied again: rows are recognised by feed id and hash. A run that was killed is finished by running
the same import once more.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from kernel import outbox
from kernel.database import SyncDatabase, SyncWriteConnection
from kernel.events import Event, ProductCreated, ProductUpdated
from kernel.ids import slugify, uuid7
from write_side.catalog.feed.rows import FeedProduct, FeedVariant, Reject
from write_side.catalog.importing import sql
from write_side.catalog.importing.names import Names

CHUNK: Final = 1000
STOCK_LOCATION: Final = "main"


class ImportRunningError(Exception):
    """Another import is under way."""


@dataclass
class Progress:
    """Rows so far."""

    read: int = 0
    created: int = 0
    updated: int = 0
    same: int = 0
    rejected: int = 0
    command_ids: list[UUID] = field(default_factory=list)

    @property
    def applied(self) -> int:
        return self.created + self.updated


OnReject = Callable[[Reject], None]
OnChunk = Callable[[Progress], None]


def opening_stock(variant: FeedVariant) -> int:
    """The feed's quantity, or 20 to 200 by the SKU: always the same for the same SKU."""
    return variant.quantity if variant.quantity is not None else 20 + zlib.crc32(variant.sku.encode()) % 181


def run(
    database: SyncDatabase,
    source: str,
    rows: Iterable[FeedProduct | Reject],
    currency: str,
    *,
    on_reject: OnReject,
    on_chunk: OnChunk,
    announce: bool = True,
) -> Progress:
    """Apply a feed. Raises `ImportRunningError`; any other error leaves the applied chunks and a failed run.

    Without `announce` no events are appended: documents are then made by a rebuild.
    """
    run_id = _start(database, source)
    progress = Progress()
    try:
        with database.transaction() as conn:
            names = Names(conn)
        importer = _Importer(database, names, currency, announce=announce)
        for lines, rejects, read in _chunks(rows):
            progress.read = read
            for reject in [*rejects, *importer.apply(lines, progress)]:
                progress.rejected += 1
                on_reject(reject)
            _beat(database, run_id, progress)
            on_chunk(progress)
    except BaseException:
        _finish(database, run_id, "failed")
        raise
    _finish(database, run_id, "finished")
    return progress


Lines = list[tuple[int, FeedProduct]]


def _chunks(rows: Iterable[FeedProduct | Reject]) -> Iterable[tuple[Lines, list[Reject], int]]:
    lines: Lines = []
    rejects: list[Reject] = []
    read = 0
    for read, row in enumerate(rows, 1):
        if isinstance(row, Reject):
            rejects.append(row)
        else:
            lines.append((read, row))
        if len(lines) + len(rejects) >= CHUNK:
            yield lines, rejects, read
            lines, rejects = [], []
    if lines or rejects:
        yield lines, rejects, read


@dataclass
class _Importer:
    database: SyncDatabase
    names: Names
    currency: str
    announce: bool

    def apply(self, lines: Lines, progress: Progress) -> list[Reject]:
        """Apply a chunk; return the rows that clash with others."""
        hashes = {product.feed_id: product.digest() for _, product in lines}
        with self.database.transaction() as conn:
            wanted = {"feed_ids": list(hashes), "hashes": [digest.hex() for digest in hashes.values()]}
            same = {row[0] for row in conn.execute(sql.SELECT_SAME, wanted)}
        progress.same += len(same)
        changed = [(line, product) for line, product in lines if product.feed_id not in same]
        if not changed:
            return []
        created, updated, clashes, command_id = self.database.run(lambda conn: self._store(conn, changed, hashes))
        progress.created += created
        progress.updated += updated
        progress.command_ids.append(command_id)
        return clashes

    def _store(
        self, conn: SyncWriteConnection, lines: Lines, hashes: dict[str, bytes]
    ) -> tuple[int, int, list[Reject], UUID]:
        command_id = uuid7()
        categories = self.names.ensure(conn, [product for _, product in lines])
        conn.execute(sql.CREATE_STAGING)
        self._copy(conn, lines, hashes)
        clashes = _clashes(conn)
        created = [row[0] for row in conn.execute(sql.INSERT_PRODUCTS)]
        updated = [row[0] for row in conn.execute(sql.UPDATE_PRODUCTS)]
        for statement in (sql.UPSERT_VARIANTS, sql.DELETE_DROPPED_BARCODES, sql.INSERT_BARCODES):
            conn.execute(statement)
        conn.execute(sql.UPSERT_PRICES, {"currency": self.currency})
        conn.execute(sql.OPEN_STOCK, {"location": STOCK_LOCATION, "command_id": command_id})
        events: list[Event] = [
            *categories,
            *(ProductCreated(product_id=product_id) for product_id in created),
            *(ProductUpdated(product_id=product_id) for product_id in updated),
        ]
        if events and self.announce:
            outbox.append_sync(conn, events, command_id)
        return len(created), len(updated), clashes, command_id

    def _copy(self, conn: SyncWriteConnection, lines: Lines, hashes: dict[str, bytes]) -> None:
        with conn.cursor() as cursor, cursor.copy(sql.COPY_PRODUCTS) as copy:
            for line, product in lines:
                copy.write_row(
                    (
                        line, product.feed_id, hashes[product.feed_id], slugify(product.title, "product"), product.title,
                        product.description, product.brand, product.category, Jsonb(self.names.attributes(product)),
                        Jsonb(msgspec.to_builtins(product.images)), product.rating, product.released_on,
                    )
                )  # fmt: skip
        with conn.cursor() as cursor, cursor.copy(sql.COPY_VARIANTS) as copy:
            for _, product in lines:
                for position, variant in enumerate(product.variants):
                    copy.write_row(
                        (
                            product.feed_id, position, variant.sku, variant.title, Jsonb(variant.options), variant.price,
                            variant.compare_at_price, opening_stock(variant), variant.eans,
                        )
                    )  # fmt: skip


def _clashes(conn: SyncWriteConnection) -> list[Reject]:
    found: dict[str, Reject] = {}
    for line, feed_id, name, reason in conn.execute(sql.SELECT_CLASHES).fetchall():
        found.setdefault(feed_id, Reject(line, feed_id, name, reason))
    if found:
        wanted = {"feed_ids": list(found)}
        conn.execute(sql.DELETE_CLASHES, wanted)
        conn.execute(sql.DELETE_CLASHING_VARIANTS, wanted)
    return list(found.values())


def _start(database: SyncDatabase, source: str) -> UUID:
    with database.transaction() as conn:
        conn.execute(sql.LOCK_RUNS)
        conn.execute(sql.FAIL_DEAD_RUNS)
        row = conn.execute(sql.START_RUN, {"source": source[:400], "fingerprint": bytes(32)}).fetchone()
    if row is None:
        raise ImportRunningError("another import is running; wait for it, or 10 s after it was killed")
    return UUID(str(row[0]))


def _beat(database: SyncDatabase, run_id: UUID, progress: Progress) -> None:
    counts: dict[str, object] = {
        "id": run_id,
        "read": progress.read,
        "applied": progress.applied,
        "same": progress.same,
        "rejected": progress.rejected,
    }
    with database.transaction() as conn:
        conn.execute(sql.BEAT, counts)


def _finish(database: SyncDatabase, run_id: UUID, state: str) -> None:
    with database.transaction() as conn:
        conn.execute(sql.FINISH_RUN, {"id": run_id, "state": state})
