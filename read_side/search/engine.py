"""The index that searches see, and its newer versions.

The index finds the products that each word names, and how well; sums, filters, sorts and facets are done in arrays. Nothing
here touches a database. `Engine.reload` makes it see what was committed.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tantivy import Index

from kernel.shapes import OfferDocument, ProductDocument
from read_side.search.columns import ColumnsFollower
from read_side.search.fields import index_document
from read_side.search.postings import Postings
from read_side.search.schema import memory_index, open_index
from read_side.search.view import View
from read_side.search.vocabulary import Vocabulary

SMALL_HEAP_BYTES: Final = 15_000_000
"""The least a writer takes."""

Versioned = tuple[ProductDocument, int, OfferDocument | None, int]
"""A product's documents with their versions."""


class Engine:
    """Searches one index. One thread reloads while others search."""

    def __init__(self, index: Index, *, vocabulary: bool = True) -> None:
        self._index = index
        self._follower = ColumnsFollower()
        self._vocabulary = Vocabulary()
        self._postings = Postings()
        self.view: View
        """The version that searches see; whoever asks twice for one answer keeps it."""
        self.reload(vocabulary=vocabulary)

    @classmethod
    def open(cls, folder: Path) -> Engine:
        """The engine over a folder's index."""
        return cls(open_index(folder))

    @classmethod
    def of(
        cls, products: Iterable[Versioned], *, vocabulary: bool = True, heap_bytes: int = SMALL_HEAP_BYTES
    ) -> Engine:
        """An engine over these products alone, in memory; without a vocabulary it corrects nothing."""
        index = memory_index()
        writer = index.writer(heap_bytes, 1)
        for row, (product, version, offer, offer_version) in enumerate(products, 1):
            writer.add_document(index_document(product, version, offer, offer_version, row))
        writer.commit()
        writer.wait_merging_threads()
        return cls(index, vocabulary=vocabulary)

    def reload(self, *, vocabulary: bool = True) -> None:
        """See what was committed; the vocabulary is read again only now and then."""
        self._index.reload()
        searcher = self._index.searcher()
        if vocabulary:
            frequencies, titles = (dict(searcher.terms_with_prefix(field, "")) for field in ("vocabulary", "ac"))
            self._vocabulary.learn(frequencies, titles)
        self.view = View(searcher, self._follower.follow(searcher), self._postings, self._vocabulary)

    @property
    def size(self) -> int:
        """Products in the index."""
        return len(self.view.columns.living)

    def versions_of(self, product_id: str) -> tuple[int, int] | None:
        """The versions of the product and offer documents that are indexed; None of a product that is not."""
        return self.view.columns.versions_of(product_id)
