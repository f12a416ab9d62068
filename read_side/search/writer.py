"""The only writer of a node's index."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from kernel.shapes import OfferDocument, ProductDocument
from read_side.search.columns import ColumnsFollower
from read_side.search.fields import index_document
from read_side.search.schema import VERSION, open_index

HEAP_BYTES: Final = 64_000_000


@dataclass(frozen=True)
class Followed:
    """A product's documents as the follower reads them; `product` None is a tombstone."""

    id: str
    version: int
    product: Any
    offer_version: int
    offer: Any


def state_of(folder: Path) -> dict[str, Any]:
    """What stands beside the index in `folder`; empty where there is none, or one of another schema."""
    try:
        state: dict[str, Any] = json.loads(_state_file(folder).read_bytes())
    except (OSError, ValueError):
        return {}
    return state if state.get("schema") == VERSION else {}


def _state_file(folder: Path) -> Path:
    return folder.parent / f"{folder.name}.state.json"


class IndexWriter:
    """Applies documents to the index in a folder and keeps beside it how far it came."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._state_file = _state_file(folder)
        index = open_index(folder)
        held = ColumnsFollower().follow(index.searcher())
        self.mark: int = state_of(folder).get("mark", 0)
        self._versions = dict(
            zip(held.ids, zip(held.version.tolist(), held.offer_version.tolist(), strict=True), strict=True)
        )
        self._row = int(held.rows[-1]) if len(held.rows) else 0
        self._writer = index.writer(HEAP_BYTES, 1)
        self._dirty = False

    def apply(self, documents: Iterable[Followed]) -> int:
        """Take in documents whose versions are higher than those indexed; return how many were."""
        applied = 0
        for document in documents:
            before = self._versions.get(document.id, (0, 0))
            now = (document.version, document.offer_version)
            if now == before or document.version < before[0] or document.offer_version < before[1]:
                continue
            self._writer.delete_documents_by_term("id", document.id)
            if document.product is not None:
                product = msgspec.convert(document.product, ProductDocument)
                offer = msgspec.convert(document.offer, OfferDocument) if document.offer is not None else None
                # Rows go on from the clock, so that none is given twice even after the highest was deleted.
                self._row = max(self._row + 1, time.time_ns())
                self._writer.add_document(
                    index_document(product, document.version, offer, document.offer_version, self._row)
                )
            self._versions[document.id] = now
            applied += 1
        self._dirty = self._dirty or applied > 0
        return applied

    def commit(self, mark: int) -> bool:
        """Make what was applied visible, and remember how far the follower came."""
        if not self._dirty:
            self.mark = mark
            return False
        self._writer.commit()
        self._dirty, self.mark = False, mark
        self.save()
        return True

    def save(self) -> None:
        """Write down how far the committed index has come."""
        state = {"schema": VERSION, "mark": self.mark}
        new = self._state_file.with_suffix(".new")
        new.write_bytes(msgspec.json.encode(state))
        new.replace(self._state_file)

    def close(self) -> None:
        """Finish merges and let the folder go."""
        self._writer.wait_merging_threads()
