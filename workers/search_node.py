"""The search node: keeps this machine's index equal to the replica's documents.

It is the only writer of the index folder. It takes the newest snapshot from the bucket where it has none, then follows
the replica by the transaction id of each document's last write; readers map the folder and are ready while its
heartbeat is young.
"""

from __future__ import annotations

import shutil
import signal
import threading
import time
from pathlib import Path
from typing import Final

import psycopg
import structlog

from edge.store import SigningStore, StoreError
from kernel.settings import DatabaseSettings, SearchSettings, ServerSettings, StoreSettings, load
from kernel.telemetry import configure_logging
from kernel.web import serve_health
from read_side.search.queries import SELECT_CHANGED, SELECT_NEXT_MARK
from read_side.search.writer import Followed, IndexWriter, state_of
from workers.search_snapshot import pull

log = structlog.get_logger()
POLL_SECONDS: Final = 0.25
AWAY_SECONDS: Final = 1.0
FETCH: Final = 1000


class SearchNode:
    """One node's follower."""

    def __init__(self, folder: Path, read_url: str) -> None:
        self.folder, self._url = folder, read_url
        self.writer = IndexWriter(folder / "index")
        self.heartbeat = folder / "heartbeat"
        self._conn: psycopg.Connection[tuple[object, ...]] | None = None
        self.caught_up = False

    def run_once(self) -> int:
        """Apply what changed since the last look; return how many documents were new."""
        conn = self._connection()
        row = conn.execute(SELECT_NEXT_MARK).fetchone()
        assert row is not None
        mark = int(str(row[0]))
        if mark < self.writer.mark:
            # A promoted replica may be behind what was followed: everything is compared again, by version.
            self.writer.mark = 0
        applied = 0
        with conn.transaction(), conn.cursor("changed") as cursor:
            cursor.execute(SELECT_CHANGED, {"mark": self.writer.mark})
            while rows := cursor.fetchmany(FETCH):
                applied += self.writer.apply(Followed(*row) for row in rows)  # type: ignore[arg-type]
        generation = self.folder / "generation"
        if self.writer.commit(mark) or not generation.exists():
            generation.write_text(str(time.time_ns()))
        self.heartbeat.touch()
        self.caught_up = True
        return applied

    def _connection(self) -> psycopg.Connection[tuple[object, ...]]:
        if self._conn is None or self._conn.closed:
            self._conn = psycopg.connect(self._url, autocommit=True, connect_timeout=2)
        return self._conn

    def lose_connection(self) -> None:
        """Connect anew at the next look."""
        if self._conn is not None:
            self._conn.close()
        self._conn = None


def main() -> None:
    """Run until SIGTERM."""
    configure_logging()
    database, search, server, store_settings = load(DatabaseSettings, SearchSettings, ServerSettings, StoreSettings)
    folder = Path(search.search_dir)
    folder.mkdir(parents=True, exist_ok=True)
    take_snapshot(folder, store_settings)
    node = SearchNode(folder, database.database_read_url)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    serve_health(server.metrics_port, lambda: node.caught_up)
    while not stop.is_set():
        stop.wait(_look(node))
    node.writer.save()


def take_snapshot(folder: Path, settings: StoreSettings) -> None:
    """Start from the bucket's newest snapshot where there is no index of this schema; without one, from the replica."""
    if (folder / "index").exists() and state_of(folder / "index"):
        return
    shutil.rmtree(folder / "index", ignore_errors=True)
    (folder / "index.state.json").unlink(missing_ok=True)
    try:
        pull(SigningStore(settings, connections=1), folder)
    except StoreError as error:
        log.warning("no snapshot", error=str(error))


def _look(node: SearchNode) -> float:
    try:
        applied = node.run_once()
        if applied:
            log.info("indexed", documents=applied)
    except psycopg.Error as error:
        log.warning("the replica is away", error=str(error))
        node.lose_connection()
        return AWAY_SECONDS
    return POLL_SECONDS


if __name__ == "__main__":
    main()
