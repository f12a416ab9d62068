"""The search index of this node: holds every live product in its present versions and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import tantivy

from ops.verify.audit import Audit, AuditResult, Context, Violation
from ops.verify.document_queries import SELECT_INDEXED, TOUCH_DOCUMENTS
from read_side.search.fields import read_indexed

INDEX: Final = "the node's local index"

Versions = tuple[int, int]
"""Of the product's document and of its offer's, 0 where there is none."""


def run(context: Context) -> AuditResult:
    """Ids and versions of the index against the documents.

    The index is read first: where the node is ahead of it by then, the second look finds both equal.
    """
    indexed = read_index(context.search_dir)
    with context.database.snapshot() as conn:
        rows = conn.execute(SELECT_INDEXED).fetchall()
    if indexed is None:
        return AuditResult(0, [Violation(INDEX, f"there is none in {context.search_dir}")])
    live = {id: (version, offer) for id, version, offer, is_live in rows if is_live}
    return AuditResult(len(live.keys() | indexed.keys()), list(differences(indexed, live)))


def index_folder(search_dir: Path) -> Path | None:
    """The folder of the newest index below the node's folder."""
    found = sorted(search_dir.rglob("meta.json"), key=lambda file: file.stat().st_mtime)
    return found[-1].parent if found else None


def read_index(search_dir: Path) -> dict[str, Versions] | None:
    """Versions by product id, straight from the index files; None where there is no index."""
    folder = index_folder(search_dir)
    if folder is None:
        return None
    searcher = tantivy.Index.open(str(folder)).searcher()
    hits = searcher.search(tantivy.Query.all_query(), limit=max(1, searcher.num_docs), count=False).hits
    stored = (read_indexed(searcher.doc(address)["columns"][0]) for _, address in hits)
    return {one.id: (one.version, one.offer_version) for one in stored}


def differences(indexed: Mapping[str, Versions], live: Mapping[str, Versions]) -> Iterator[Violation]:
    """Live products that the index lacks or holds in older versions, and others that it should not hold."""
    for id, versions in live.items():
        found, keys = indexed.get(id), (id, f"product:{id}", f"offer:{id}")
        if found is None:
            yield Violation(f"product:{id}", f"is not in the index; its versions are {versions}", keys)
        elif found[0] < versions[0] or found[1] < versions[1]:
            yield Violation(f"product:{id}", f"is in the index as {found}, its documents are {versions}", keys)
    for id in sorted(indexed.keys() - live.keys()):
        yield Violation(f"product:{id}", "is in the index and is no live product", (id,))


def repair(context: Context, violations: Iterable[Violation]) -> str:
    """Touch the documents, so that every node reads them again."""
    ids = [violation.subject.removeprefix("product:") for violation in violations]
    with context.database.transaction() as conn:
        touched = conn.execute(TOUCH_DOCUMENTS, {"ids": ids}).rowcount
    return f"{touched} documents touched for the search nodes to read again"


AUDIT = Audit("index", "the search index holds every live product in its present versions", run, repair)
