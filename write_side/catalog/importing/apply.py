"""A feed's rows into the catalogue, a chunk in a transaction, changed rows only.

Every chunk can be applied again: rows are recognised by feed id and hash. A run that was killed is finished by running
the same import once more.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import msgspec
import psycopg
from psycopg.types.json import Jsonb

from kernel import outbox
from kernel.database import SyncDatabase, SyncWriteConnection
from kernel.events import Event, ProductCreated, ProductUpdated
from kernel.ids import slugify, uuid7
from write_side.catalog.feed.opening import FeedError
from write_side.catalog.feed.rows import FeedProduct, FeedVariant, Reject
from write_side.catalog.importing import sql
from write_side.catalog.importing.names import Names
from write_side.catalog.importing.runs import Progress, beat, run_of

CHUNK: Final = 1000
STOCK_LOCATION: Final = "main"

Row = tuple[int, FeedProduct | Reject]
Lines = list[tuple[int, FeedProduct]]
OnReject = Callable[[Reject], None]
OnChunk = Callable[[Progress], None]


def opening_stock(variant: FeedVariant) -> int:
    """The feed's quantity, or 20 to 200 by the SKU: always the same for the same SKU."""
    return variant.quantity if variant.quantity is not None else 20 + zlib.crc32(variant.sku.encode()) % 181


def run(
    database: SyncDatabase,
    source: str,
    rows: Iterable[Row],
    currency: str,
    *,
    on_reject: OnReject,
    on_chunk: OnChunk,
    announce: bool = True,
) -> Progress:
    """Apply a feed's rows, each with the line it stands in.

    Raises `ImportRunningError`, and `FeedError` of a feed that breaks off, after the rows before; any other error, too,
    leaves the applied chunks and a failed run. Without `announce` no events are appended: documents are then made by a
    rebuild.
    """
    progress = Progress()
    with run_of(database, source) as run_id:
        importer = _Importer(database, currency, announce)
        for lines, rejects, read in _chunks(rows):
            progress.read = read
            for reject in [*rejects, *importer.apply(lines, progress)]:
                progress.rejected += 1
                on_reject(reject)
            beat(database, run_id, progress)
            on_chunk(progress)
    return progress


def _chunks(rows: Iterable[Row]) -> Iterator[tuple[Lines, list[Reject], int]]:
    lines: Lines = []
    rejects: list[Reject] = []
    read, broken = 0, None
    try:
        for read, (line, row) in enumerate(rows, 1):
            if isinstance(row, Reject):
                rejects.append(row)
            else:
                lines.append((line, row))
            if len(lines) + len(rejects) >= CHUNK:
                yield lines, rejects, read
                lines, rejects = [], []
    except FeedError as error:
        broken = error
    if lines or rejects:
        yield lines, rejects, read
    if broken:
        raise broken


@dataclass(frozen=True)
class _Stored:
    """What became of a chunk's changed rows, and the names known after it."""

    created: int
    updated: int
    deleted: int
    clashes: list[Reject]
    names: Names


class _Importer:
    def __init__(self, database: SyncDatabase, currency: str, announce: bool) -> None:
        self._database, self._currency, self._announce = database, currency, announce
        self._names: Names | None = None

    def apply(self, lines: Lines, progress: Progress) -> list[Reject]:
        """Apply a chunk; return the rows that clash with others or that the database refuses."""
        hashes = {product.feed_id: product.digest() for _, product in lines}
        with self._database.transaction() as conn:
            wanted = {"feed_ids": list(hashes), "hashes": [digest.hex() for digest in hashes.values()]}
            same = {row[0] for row in conn.execute(sql.SELECT_SAME, wanted)}
        progress.same += len(same)
        changed = [(line, product) for line, product in lines if product.feed_id not in same]
        return self._apply_changed(changed, hashes, progress) if changed else []

    def _apply_changed(self, lines: Lines, hashes: dict[str, bytes], progress: Progress) -> list[Reject]:
        """A row that the database refuses is found by halving: the others of its chunk land."""
        try:
            stored = self._database.run(lambda conn: self._store(conn, lines, hashes))
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            if len(lines) == 1:
                reason = f"is refused by the database: {error.diag.message_primary or error}"
                return [Reject(lines[0][0], lines[0][1].feed_id, "", reason)]
            middle = len(lines) // 2
            halves = (lines[:middle], lines[middle:])
            return [reject for half in halves for reject in self._apply_changed(half, hashes, progress)]
        self._names = stored.names
        progress.created += stored.created
        progress.updated += stored.updated
        progress.same += stored.deleted
        return stored.clashes

    def _store(self, conn: SyncWriteConnection, lines: Lines, hashes: dict[str, bytes]) -> _Stored:
        # Taken away until the commit: a try that is rolled back has named what is not there.
        names, self._names = self._names or Names(conn), None
        command_id = uuid7()
        categories = names.ensure(conn, [product for _, product in lines])
        conn.execute(sql.CREATE_STAGING)
        _copy(conn, lines, hashes, names)
        conn.execute(sql.ANALYZE_STAGING)
        deleted = (conn.execute(sql.DELETE_DELETED).fetchone() or (0,))[0]
        clashes = _clashes(conn)
        created = [row[0] for row in conn.execute(sql.INSERT_PRODUCTS)]
        updated = [row[0] for row in conn.execute(sql.UPDATE_PRODUCTS)]
        for statement in (sql.UPSERT_VARIANTS, sql.DELETE_DROPPED_BARCODES, sql.INSERT_BARCODES):
            conn.execute(statement)
        conn.execute(sql.UPSERT_PRICES, {"currency": self._currency})
        conn.execute(sql.OPEN_STOCK, {"location": STOCK_LOCATION, "command_id": command_id})
        events: list[Event] = [
            *categories,
            *(ProductCreated(product_id=product_id) for product_id in created),
            *(ProductUpdated(product_id=product_id) for product_id in updated),
        ]
        if events and self._announce:
            outbox.append_sync(conn, events, command_id)
        return _Stored(len(created), len(updated), deleted, clashes, names)


def _copy(conn: SyncWriteConnection, lines: Lines, hashes: dict[str, bytes], names: Names) -> None:
    with conn.cursor() as cursor, cursor.copy(sql.COPY_PRODUCTS) as copy:
        for line, product in lines:
            copy.write_row(
                (
                    line, product.feed_id, hashes[product.feed_id], slugify(product.title, "product"), product.title,
                    product.description, product.brand, product.category, Jsonb(names.attributes(product)),
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
