"""Waiting until what was written stands at the edge."""

from __future__ import annotations

import time
from typing import Final

from kernel.database import SyncDatabase
from kernel.settings import DatabaseSettings, load
from ops.progress import Bar
from ops.queries import COUNT_OWED

POLL_SECONDS: Final = 0.5


def wait_for_edge() -> None:
    """Return when nothing is owed any more; dead deliveries are not waited for."""
    (settings,) = load(DatabaseSettings)
    database = SyncDatabase(settings, size=1)
    most = 1
    try:
        with Bar("at the edge", 1) as bar:
            while owed := _owed(database):
                most = max(most, owed)
                bar.show(most - owed, f"{owed} still owed", total=most)
                time.sleep(POLL_SECONDS)
            bar.show(most, "done", total=most)
    finally:
        database.close()


def _owed(database: SyncDatabase) -> int:
    with database.transaction() as conn:
        row = conn.execute(COUNT_OWED).fetchone()
    return int(row[0]) if row else 0
