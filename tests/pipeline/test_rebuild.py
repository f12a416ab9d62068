"""A rebuild beside commands and projections that do not wait for it."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest

from kernel.database import SyncWriteConnection
from ops.verify.audit import Context
from ops.verify.audits import read_tables
from read_side.projections.kinds import Contents
from read_side.projections.products import PRODUCT, build_products
from tests.pipeline import queries
from tests.pipeline.pipeline import Pipeline, until
from workers import projecting, rebuilding
from workers.rebuilding import DOCUMENTS, rebuild

ROUNDS = 10 if os.environ.get("TECHMART_TEST_SCALE") == "full" else 2


def quiet(_name: str, _done: int, _total: int) -> None:
    """A rebuild's progress that nobody watches."""


def test_a_commit_after_a_rebuild_has_read_is_projected_after_the_rebuild(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    product_id = pipeline.create("pen")
    pipeline.settle()
    pipeline.execute(queries.SPOIL_DOCUMENT, id=product_id)
    projection = threading.Thread(target=pipeline.project)

    def build(conn: SyncWriteConnection, ids: Sequence[str]) -> Contents:
        contents = PRODUCT.build(conn, ids)
        if projection.ident is None:
            pipeline.price(product_id, "pen", 5000)
            projection.start()
            until(lambda: pipeline.rows(queries.COUNT_WAITING_FOR_ROWS)[0][0] > 0 or not projection.is_alive())
        return contents

    monkeypatch.setattr(projecting, "PRODUCT", replace(PRODUCT, build=build))
    rebuild(pipeline.database, "products", quiet)
    projection.join()
    pipeline.settle()
    ((version, _, content),) = pipeline.rows(queries.SELECT_DOCUMENT, kind="product", id=product_id)
    assert (version, content["price"]["amount"]) == (3, 5000)
    assert pipeline.product("pen")["price"]["amount"] == 5000


def test_a_move_after_a_rebuild_has_read_is_placed_after_the_rebuild(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    product_id = pipeline.create("pen")
    pipeline.settle()
    projection = threading.Thread(target=pipeline.project)

    def build(conn: SyncWriteConnection, ids: Sequence[str]) -> Contents:
        contents = build_products(conn, ids)
        if projection.ident is None:
            pipeline.update(queries.SET_CATEGORY, product_id, category="paper")
            projection.start()
            until(lambda: pipeline.rows(queries.COUNT_WAITING_FOR_ROWS)[0][0] > 0 or not projection.is_alive())
        return contents

    monkeypatch.setattr(projecting, "build_products", build)
    rebuild(pipeline.database, "products", quiet)
    projection.join()
    assert pipeline.rows(queries.SELECT_PATHS, id=product_id) == [("",), ("paper",)]


def test_commits_moves_and_deletions_during_rebuilds_are_not_lost(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "CHUNK", 3)
    products = {pipeline.create(f"pen-{n}"): f"pen-{n}" for n in range(12)}
    pipeline.settle()
    over, failures, commits = threading.Event(), [], []

    def endlessly(work: object) -> threading.Thread:
        def run() -> None:
            try:
                while not over.is_set():
                    work()  # type: ignore[operator]
            except Exception as error:  # told by the assertion below
                failures.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def command() -> None:
        product_id, slug = random.choice(list(products.items()))
        choice = random.random()
        if choice < 0.6:
            pipeline.price(product_id, slug, random.randrange(100, 10_000))
        elif choice < 0.8:
            pipeline.update(queries.SET_CATEGORY, product_id, category=random.choice(["ink", "paper"]))
        else:
            status = random.choice(["published", "unpublished"])
            pipeline.update(queries.SET_STATUS, product_id, status=status)
        commits.append(product_id)

    threads = [endlessly(command), endlessly(pipeline.project), endlessly(pipeline.project)]
    for _ in range(ROUNDS):
        for name in DOCUMENTS:
            before = len(commits)
            rebuild(pipeline.database, name, quiet)
            until(lambda before=before: len(commits) > before or bool(failures))
    over.set()
    for thread in threads:
        thread.join()
    assert failures == []
    pipeline.project()
    pipeline.execute(queries.MAKE_KEYED_DUE)
    pipeline.drain("lists.project", "sitemaps.project")
    context = Context(os.environ)
    try:
        assert read_tables.AUDIT.run(context).violations == []
    finally:
        context.close()
