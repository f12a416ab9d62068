"""Runs the migrations.

Each file `NNNN_name.sql` is run once, forward only, in a transaction of its own with lock and statement
time-outs; its SHA-256 is kept. The libraries that do this bring either a migration language or Python around
each file; plain SQL with checksums is these few lines.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import psycopg

from migrations.sql import CREATE_HISTORY, LIMIT_WAITS, LOCK_RUNNER, RECORD, SELECT_HISTORY

FOLDER = Path(__file__).parent
_NAME = re.compile(r"^(\d{4})_([a-z0-9_]+)\.sql$")


class MigrationError(Exception):
    """The files and the database's history do not fit; the message says which and how."""


@dataclass(frozen=True)
class Migration:
    """One file."""

    version: int
    name: str
    text: str

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.text.encode()).digest()


def migrate(url: str, folder: Path = FOLDER) -> list[str]:
    """Bring the database at `url` up to date; return the names of what was applied, nothing when it was.

    Raises `MigrationError` when an applied file has changed, a number is missing, or the database is newer.
    """
    files = read(folder)
    applied: list[str] = []
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as conn:
        while migration := _apply_next(conn, files):
            applied.append(f"{migration.version:04d}_{migration.name}")
    return applied


def read(folder: Path) -> list[Migration]:
    """The files of a folder in order; their numbers run from 1 without a gap."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        if not (match := _NAME.match(path.name)):
            raise MigrationError(f"{path.name} is not named NNNN_name.sql")
        found.append(Migration(int(match[1]), match[2], path.read_text()))
    for expected, migration in enumerate(found, 1):
        if migration.version != expected:
            raise MigrationError(f"migration {expected:04d} is missing before {migration.version:04d}_{migration.name}")
    return found


def _apply_next(conn: psycopg.Connection[tuple[int, str, bytes]], files: list[Migration]) -> Migration | None:
    with conn.transaction():
        conn.execute(LIMIT_WAITS)
        conn.execute(LOCK_RUNNER)
        conn.execute(CREATE_HISTORY)
        history = conn.execute(SELECT_HISTORY).fetchall()
        _check(history, files)
        if len(history) == len(files):
            return None
        following = files[len(history)]
        conn.execute(following.text.encode())
        conn.execute(RECORD, {"version": following.version, "name": following.name, "sha256": following.sha256})
        return following


def _check(history: list[tuple[int, str, bytes]], files: list[Migration]) -> None:
    if len(history) > len(files):
        version, name, _ = history[-1]
        raise MigrationError(f"the database has migration {version:04d}_{name}, which these files do not know")
    for (version, name, sha256), migration in zip(history, files, strict=False):
        if version != migration.version or sha256 != migration.sha256:
            raise MigrationError(f"migration {version:04d}_{name} was changed after it had been applied")
