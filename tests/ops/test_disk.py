"""Disks that are full, fill up, or may not be written to."""

from __future__ import annotations

import shutil
from contextlib import suppress
from itertools import count
from pathlib import Path

import psycopg

from tests.ops.private_disk import NAMESPACE, disk, seen
from tests.ops.support import sentence
from tests.support.polling import eventually
from tests.support.stack import Stack, free_port, launch, start, stop

MAKE_TABLE = "CREATE TABLE filler (nth integer PRIMARY KEY, body text)"
# Hashes, so that no compression keeps the disk from filling.
FILL = "INSERT INTO filler SELECT %s, string_agg(md5(random()::text), '') FROM generate_series(1, 4000)"
COUNT = "SELECT count(*) FROM filler"


def fill(ballast: Path, leave: int) -> None:
    """Take the room of the ballast's disk, all but `leave` bytes."""
    piece = bytes(1 << 20)
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while shutil.disk_usage(ballast.parent).free > leave:
            file.write(piece)


def write_until_refused(url: str) -> int:
    """How many rows were acknowledged before the disk was full."""
    try:
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute(MAKE_TABLE)
            for nth in count():
                conn.execute(FILL, (nth,))
    except psycopg.Error:
        return nth
    raise AssertionError("the disk never filled up")


def rows_kept(url: str) -> int | None:
    """How many rows there are; None while the database is away."""
    try:
        with psycopg.connect(url, connect_timeout=2) as conn:
            row = conn.execute(COUNT).fetchone()
    except psycopg.OperationalError:
        return None
    return int(row[0]) if row else None


def all_ready(stack: Stack) -> bool:
    return {process["state"] for process in stack.status()["processes"]} == {"ready"}


if NAMESPACE:

    def test_a_disk_that_is_full_and_one_that_fills_up(home: Path, settings: dict[str, str]) -> None:
        """No start on a full disk; with room again it starts; what it acknowledged survives the disk's filling up."""
        ballast = 'fallocate -l 500m ballast; "$@"; rm ballast'
        stack = start(home / "disk" / "home", free_port(), settings, disk(make(home / "disk"), 680, ballast))
        assert stack.lines[0].startswith("techmart: only ")
        assert f"MB are free under {home}/disk/home and the stack needs 500 MB there" in stack.lines[0]

        url = stack.env["TECHMART_DATABASE_DIRECT_URL"]
        fill(seen(stack, home / "disk" / "ballast"), leave=30_000_000)
        eventually(lambda: any("the disk is nearly full" in line for line in stack.lines), "a sentence")
        acknowledged = write_until_refused(url)
        seen(stack, home / "disk" / "ballast").unlink()
        eventually(lambda: any("there is room again" in line for line in stack.lines), "a second sentence")
        kept = eventually(lambda: rows_kept(url), "the database back")
        # The answer to the last one may have been lost after its commit.
        assert kept in {acknowledged, acknowledged + 1}
        eventually(lambda: all_ready(stack), "every process ready")
        assert not any("Traceback" in line for line in stack.lines)
        assert stop(stack) == 0

    def test_a_disk_that_fills_up_during_the_first_start(home: Path, settings: dict[str, str]) -> None:
        stack = launch(home / "disk" / "home", free_port(), settings, disk(make(home / "disk"), 520))
        data = seen(stack, home / "disk" / "home" / "data")
        eventually(lambda: list(data.glob("postgres-primary*")), "a cluster in the making")
        fill(seen(stack, home / "disk" / "ballast"), leave=0)
        said = sentence(stack)
        assert "the disk filled up: " in said
        assert f"MB are left under {home}/disk/home; make 500 MB free there and start again" in said

    def test_a_read_only_disk(home: Path, settings: dict[str, str]) -> None:
        read_only = 'cd /; mount -o remount,ro "$0"'
        stack = launch(home / "disk" / "home", free_port(), settings, disk(make(home / "disk"), 8, read_only))
        assert f"cannot keep state in {home}/disk/home: Read-only file system; choose a folder" in sentence(stack)


def make(folder: Path) -> Path:
    folder.mkdir()
    return folder
