"""Waiting until what was written stands at the edge."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from kernel.database import SyncDatabase
from kernel.settings import DatabaseSettings, load
from ops.progress import Bar
from ops.queries import COUNT_OWED

POLL_SECONDS: Final = 0.5


def wait_for_edge(*, patience_seconds: float = float("inf"), meanwhile: Callable[[], None] = lambda: None) -> bool:
    """Wait until nothing is owed any more; False when for `patience_seconds` nothing came of it.

    Dead deliveries are not waited for. `meanwhile` is called at every look.
    """
    (settings,) = load(DatabaseSettings)
    database = SyncDatabase(settings, size=1)
    most, least, moved_at = 1, -1, time.monotonic()
    try:
        with Bar("at the edge", 1) as bar:
            while owed := _owed(database):
                most = max(most, owed)
                if owed != least:
                    least, moved_at = owed, time.monotonic()
                if time.monotonic() - moved_at > patience_seconds:
                    return False
                bar.show(most - owed, f"{owed} still owed", total=most)
                meanwhile()
                time.sleep(POLL_SECONDS)
            bar.show(most, "done", total=most)
            return True
    finally:
        database.close()


def _owed(database: SyncDatabase) -> int:
    with database.transaction() as conn:
        row = conn.execute(COUNT_OWED).fetchone()
    return int(row[0]) if row else 0
