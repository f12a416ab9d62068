"""This node's index as the read API sees it: mapped, reloaded when its writer commits, ready while the writer lives."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Final

from kernel.errors import Overloaded
from read_side.search.engine import Engine

RELOAD_SECONDS: Final = 0.25
VOCABULARY_SECONDS: Final = 30.0
HEARTBEAT_SECONDS: Final = 2.0
MUCH: Final = 0.02
"""A share of documents that is worth reading the vocabulary again at once."""


class LocalIndex:
    """The engine over the node's folder; none until the search node has made it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._engine: Engine | None = None
        self._generation = ""
        self._following = False
        self._vocabulary_of = ""
        self._vocabulary_at = 0.0

    @property
    def engine(self) -> Engine:
        """The engine. Raises `Overloaded` while there is no index."""
        if self._engine is None:
            raise Overloaded("the search index is being made", retry_after=2)
        return self._engine

    @property
    def ready(self) -> bool:
        """Whether there is an index and its writer is alive."""
        try:
            age = time.time() - (self._folder / "heartbeat").stat().st_mtime
        except OSError:
            return False
        return self._engine is not None and age < HEARTBEAT_SECONDS

    def version_of(self, product_id: str) -> int | None:
        """The version of a product that this node has taken in, at most a heartbeat ago; None when it cannot say."""
        versions = self._engine.versions_of(product_id) if self._engine is not None and self._following else None
        return versions[0] if versions else None

    async def follow(self) -> None:
        """Reload whenever the writer has committed, until cancelled."""
        while True:
            await asyncio.to_thread(self.refresh)
            self._following = self.ready
            await asyncio.sleep(RELOAD_SECONDS)

    def refresh(self) -> None:
        """See the newest commit, once; the vocabulary follows when it has grown much, else every half minute."""
        generation = _read(self._folder / "generation")
        stale = self._vocabulary_of != generation and time.monotonic() - self._vocabulary_at > VOCABULARY_SECONDS
        if not generation or (generation == self._generation and not stale):
            return
        if self._engine is None:
            self._engine = Engine.open(self._folder / "index")
            self._read_vocabulary(generation)
        else:
            before = self._engine.size
            self._engine.reload(vocabulary=False)
            if stale or abs(self._engine.size - before) > before * MUCH:
                self._engine.reload()
                self._read_vocabulary(generation)
        self._generation = generation

    def _read_vocabulary(self, generation: str) -> None:
        self._vocabulary_of, self._vocabulary_at = generation, time.monotonic()


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
