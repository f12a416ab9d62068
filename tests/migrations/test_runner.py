"""Migrations: once each, in order, unchanged."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from migrations.runner import FOLDER, MigrationError, migrate


@pytest.fixture
def url(stack) -> Iterator[str]:
    """An empty schema of its own: names in the migrations are not qualified."""
    direct, name = stack.env["TECHMART_DATABASE_DIRECT_URL"], f"scratch_{uuid4().hex[:12]}"
    with psycopg.connect(direct, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        yield f"{direct}?options=-csearch_path%3D{name}"
        conn.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_first.sql").write_text("CREATE TABLE first (id int);")
    (tmp_path / "0002_second.sql").write_text("CREATE TABLE second (id int);")
    return tmp_path


def test_all_run_once_and_a_second_time_nothing_does(url: str) -> None:
    applied = migrate(url)
    assert applied == sorted(path.stem for path in FOLDER.glob("*.sql"))
    assert migrate(url) == []


def test_two_runners_at_once_apply_each_file_once(url: str, folder: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda _: migrate(url, folder), range(2)))
    assert sorted(name for run in runs for name in run) == ["0001_first", "0002_second"]


def test_a_changed_file_is_named(url: str, folder: Path) -> None:
    migrate(url, folder)
    (folder / "0001_first.sql").write_text("CREATE TABLE other (id int);")
    with pytest.raises(MigrationError, match="0001_first was changed"):
        migrate(url, folder)


def test_a_gap_is_named(url: str, folder: Path) -> None:
    (folder / "0002_second.sql").rename(folder / "0003_third.sql")
    with pytest.raises(MigrationError, match="0002 is missing before 0003_third"):
        migrate(url, folder)


def test_a_newer_database_is_refused(url: str, folder: Path) -> None:
    migrate(url, folder)
    (folder / "0002_second.sql").unlink()
    with pytest.raises(MigrationError, match="0002_second, which these files do not know"):
        migrate(url, folder)


def test_a_failing_file_leaves_nothing_and_the_rest_stays(url: str, folder: Path, tmp_path: Path) -> None:
    (folder / "0003_third.sql").write_text("CREATE TABLE third (id int); SELECT 1 / 0;")
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(url, folder)
    (folder / "0003_third.sql").write_text("CREATE TABLE third (id int);")
    assert migrate(url, folder) == ["0003_third"]


def test_a_migration_makes_nobody_wait_long(url: str, folder: Path) -> None:
    limits = "SELECT current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement"
    (folder / "0003_third.sql").write_text(f"CREATE TABLE third AS {limits};")
    migrate(url, folder)
    with psycopg.connect(url) as conn:
        assert conn.execute("SELECT lock, statement FROM third").fetchone() == ("4s", "1min")


def test_a_badly_named_file_is_refused(url: str, folder: Path) -> None:
    shutil.copy(folder / "0001_first.sql", folder / "first.sql")
    with pytest.raises(MigrationError, match=r"first\.sql is not named"):
        migrate(url, folder)
