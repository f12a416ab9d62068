"""The search index of this node: holds every live product in its present version and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import tantivy

from ops.verify.audit import Audit, AuditResult, Context, Violation
from ops.verify.document_queries import SELECT_INDEXED, TOUCH_DOCUMENTS

INDEX: Final = "the node's local index"


def run(context: Context) -> AuditResult:
    """Ids and versions of the index against the product documents, both read once.

    The index is read first: what the node adds meanwhile is newer than the documents seen here or equal.
    """
    indexed = read_index(context.search_dir)
    with context.database.snapshot() as conn:
        documents = {id: (version, live) for id, version, live in conn.execute(SELECT_INDEXED)}
    if indexed is None:
        return AuditResult(0, [Violation(INDEX, f"there is none in {context.search_dir}")])
    live = {id for id, (_, is_live) in documents.items() if is_live}
    return AuditResult(len(live | indexed.keys()), list(differences(indexed, documents)))


def read_index(folder: Path) -> dict[str, int] | None:
    """Version by product id, straight from the index files; None where there is no index."""
    if not tantivy.Index.exists(str(folder)):
        return None
    searcher = tantivy.Index.open(str(folder)).searcher()
    hits = searcher.search(tantivy.Query.all_query(), limit=max(1, searcher.num_docs), count=False).hits
    stored = (searcher.doc(address) for _, address in hits)
    return {document["id"][0]: int(document["version"][0]) for document in stored}


def differences(indexed: dict[str, int], documents: dict[str, tuple[int, bool]]) -> Iterator[Violation]:
    """Products that the index lacks, holds in an older version, or should not hold."""
    for id, (version, live) in documents.items():
        found, keys = indexed.get(id), (id, f"product:{id}")
        if live and found is None:
            yield Violation(f"product:{id}", f"is not in the index; its version is {version}", keys)
        elif found is not None and found < version:
            what = "holds" if live else "still holds"
            yield Violation(
                f"product:{id}", f"the index {what} version {found}, the document has {version}", keys
            )
    for id in sorted(indexed.keys() - documents.keys()):
        yield Violation(f"product:{id}", "is in the index and has no document")


def repair(context: Context, violations: Iterable[Violation]) -> str:
    """Touch the documents, so that every node reads them again."""
    ids = [violation.subject.removeprefix("product:") for violation in violations]
    with context.database.transaction() as conn:
        touched = conn.execute(TOUCH_DOCUMENTS, {"ids": ids}).rowcount
    return f"{touched} documents touched for the search nodes to read again"


AUDIT = Audit("index", "the search index holds every live product in its present version", run, repair)
