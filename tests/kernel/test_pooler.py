"""Behind a transaction-mode pooler, where one is installed; the same without one elsewhere."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec
import psycopg
import pytest

from kernel.database import SyncDatabase
from kernel.settings import DatabaseSettings, load
from ops.seeding.products import product
from ops.stack.home import servant_ids
from tests.support.polling import eventually
from tests.support.stack import Stack, free_port
from write_side.catalog.importing.apply import run

CONFIG = """
[databases]
techmart = host=127.0.0.1 port={port} dbname=techmart user=techmart password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
"""


@contextmanager
def pooler(url: str) -> Iterator[str]:
    """The address of a pooler before the database at `url`; `url` itself where none is installed."""
    program = shutil.which("pgbouncer")
    if program is None:
        yield url
        return
    address, listen = urlsplit(url), free_port()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        config = Path(folder) / "pgbouncer.ini"
        config.write_text(CONFIG.format(port=address.port, password=address.password, listen=listen))
        user, group = servant_ids() or (None, None)
        process = subprocess.Popen([program, str(config)], user=user, group=group, stderr=subprocess.DEVNULL)
        pooled = f"postgresql://techmart@127.0.0.1:{listen}/techmart"
        try:
            eventually(lambda: _answers(pooled), "the pooler")
            yield pooled
        finally:
            process.terminate()
            process.wait(10)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=1).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture(scope="module")
def pooled(stack: Stack) -> Iterator[SyncDatabase]:
    (settings,) = load(DatabaseSettings, env=stack.env)
    with pooler(settings.database_direct_url) as url:
        database = SyncDatabase(msgspec.structs.replace(settings, database_url=url, database_prepare="none"), size=12)
        yield database
        database.close()


def test_many_connections_share_few(pooled: SyncDatabase) -> None:
    def once(number: int) -> int:
        with pooled.transaction() as conn:
            row = conn.execute("SELECT %(number)s::int", {"number": number}).fetchone()
        return row[0] if row else -1

    with ThreadPoolExecutor(12) as threads:
        assert list(threads.map(once, range(300))) == list(range(300))


def test_an_import_runs_through_it(pooled: SyncDatabase) -> None:
    tag = uuid4().hex[:8]
    rows = [
        msgspec.structs.replace(
            made,
            feed_id=f"pool-{tag}-{number}",
            variants=[msgspec.structs.replace(made.variants[0], sku=f"POOL-{tag}-{number}")],
        )
        for number in range(1, 30)
        if (made := product(number))
    ]
    progress = run(pooled, "pooled", enumerate(rows, 1), "USD", on_reject=lambda _: None, on_chunk=lambda _: None)
    assert progress.created == 29
