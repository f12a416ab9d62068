"""An import that is killed: run as `python -m tests.importing.killed WHERE FILE`, it never comes back.

`staged` kills it when a chunk is copied and nothing of it applied, `between` after the first chunk, `applied` after
the last one.
"""

from __future__ import annotations

import os
import signal
import sys

from kernel.database import SyncDatabase
from kernel.settings import DatabaseSettings, load
from write_side.catalog.feed.opening import open_feed
from write_side.catalog.feed.reading import rows
from write_side.catalog.importing import apply


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(where: str, file: str) -> None:
    (settings,) = load(DatabaseSettings)
    database = SyncDatabase(settings, size=2)
    apply.CHUNK = 7  # type: ignore[misc]
    if where == "staged":
        apply._clashes = die  # type: ignore[assignment]
    with open_feed(file, None) as feed:
        apply.run(
            database,
            file,
            rows(feed),
            "USD",
            on_reject=lambda _: None,
            on_chunk=die if where == "between" else lambda _: None,
        )
    die()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
