"""Product documents kept in the process for as long as the node's index names no later version of them.

The index follows the replica within a fraction of a second, less than the second for which the edge may keep the answer.
Whoever needs to see their own writes is answered from the replica.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from typing import Final, NamedTuple

from read_side.search.node import LocalIndex

KEPT_BYTES: Final = 32_000_000


class Stored(NamedTuple):
    """A document as it stands in its row."""

    content: str
    version: int
    committed_at: datetime | None


class Documents:
    """Bounded by bytes; those asked for least lately go first."""

    def __init__(self, index: LocalIndex) -> None:
        self._index = index
        self._kept: OrderedDict[str, Stored] = OrderedDict()
        self._bytes = 0

    def current(self, product_id: str) -> Stored | None:
        """The document, if it is kept and no later version is known."""
        kept = self._kept.get(product_id)
        if kept is None:
            return None
        newest = self._index.version_of(product_id)
        if newest is None or newest > kept.version:
            return None
        self._kept.move_to_end(product_id)
        return kept

    def keep(self, product_id: str, stored: Stored) -> None:
        """Keep a document read from the replica."""
        before = self._kept.pop(product_id, None)
        self._bytes += len(stored.content) - (len(before.content) if before else 0)
        self._kept[product_id] = stored
        while self._bytes > KEPT_BYTES:
            self._bytes -= len(self._kept.popitem(last=False)[1].content)
