"""One real stack for the whole run: what `make up` starts, in a folder and on ports of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kernel.database import SyncDatabase
from kernel.settings import DatabaseSettings, load
from ops.bench.feed import feed_file
from ops.stack.home import open_home
from ops.stack.postgres import Postgres
from tests.support.polling import eventually
from tests.support.queries import IS_PAUSED, PAUSE_REPLAY, RESUME_REPLAY
from tests.support.stack import Stack, free_port, require_sound, start, stop

SETTINGS = {
    "TECHMART_ENV": "test",
    "TECHMART_DEMO": "off",
    # What a shop does in a minute, tests wait for.
    "TECHMART_GATEWAY_TIMEOUT_SECONDS": "1",
    "TECHMART_ORDER_RESUME_SECONDS": "1",
    # Everything runs through a transaction-mode pooler where there is one.
    "TECHMART_POOLER": shutil.which("pgbouncer") or "",
}


def pytest_report_header() -> str:
    feed, pooler = feed_file(), SETTINGS["TECHMART_POOLER"]
    return f"feed: {feed or 'none found, seeded products instead'}; scale: {_scale()}; pooler: {pooler or 'none found'}"


def _scale() -> str:
    return os.environ.get("TECHMART_TEST_SCALE", "small")


@pytest.fixture(scope="session")
def scale() -> int:
    """How many times as much the full counts are."""
    return 10 if _scale() == "full" else 1


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The running stack; `env` holds its settings. After the last test that uses it every audit finds nothing."""
    home = Path(tempfile.mkdtemp(prefix="techmart-tests-"))
    home.chmod(0o755)
    running = start(home, free_port(), SETTINGS)
    yield running
    try:
        require_sound(running)
    finally:
        relocated = running.relocated
        stop(running)
        shutil.rmtree(home, ignore_errors=True)
        if relocated:
            shutil.rmtree(relocated, ignore_errors=True)


@pytest.fixture
def lagging(stack: Stack) -> Iterator[None]:
    """The replica stands still."""
    with Postgres(open_home(stack.home), "postgres-replica", stack.ports["postgres-replica"], "96MB").connect() as conn:
        conn.execute(PAUSE_REPLAY)
        try:
            eventually(lambda: conn.execute(IS_PAUSED).fetchone() == ("paused",), "the replica to stand still")
            yield
        finally:
            conn.execute(RESUME_REPLAY)


@pytest.fixture(scope="session")
def edge_url(stack: Stack) -> str:
    return stack.env["TECHMART_EDGE_URL"]


@pytest.fixture(scope="session")
def write_url(stack: Stack) -> str:
    return f"http://127.0.0.1:{stack.env['TECHMART_WRITE_PORT']}"


@pytest.fixture(scope="session")
def read_url(stack: Stack) -> str:
    return f"http://127.0.0.1:{stack.env['TECHMART_READ_PORT']}"


@pytest.fixture(scope="session")
def database(stack: Stack) -> Iterator[SyncDatabase]:
    """The stack's primary."""
    (settings,) = load(DatabaseSettings, env=stack.env)
    database = SyncDatabase(settings, size=4)
    yield database
    database.close()


@pytest.fixture(scope="session")
def edge_client(edge_url: str) -> Iterator[httpx.Client]:
    """Nobody's client at the edge."""
    with httpx.Client(base_url=edge_url, timeout=20) as client:
        yield client


class Owner:
    """Signs requests as the owner, whose session is begun anew now and then: a run lasts longer than a token."""

    def __init__(self, edge_url: str, password: str) -> None:
        self._address = f"{edge_url}/api/v1/sessions"
        self._login = {"email": "owner@techmart.test", "password": password}
        self._token, self._renew_at = "", 0.0

    def __call__(self, request: httpx.Request) -> httpx.Request:
        if time.monotonic() >= self._renew_at:
            session = httpx.post(self._address, json=self._login, timeout=20).raise_for_status().json()
            self._token, self._renew_at = session["access_token"], time.monotonic() + session["expires_in"] / 2
        request.headers["authorization"] = f"Bearer {self._token}"
        return request


@pytest.fixture(scope="session")
def staff(edge_url: str, stack: Stack) -> Iterator[httpx.Client]:
    """The owner's client at the edge."""
    owner = Owner(edge_url, (stack.home / "owner-password").read_text())
    with httpx.Client(base_url=edge_url, timeout=20, auth=owner) as client:
        yield client
