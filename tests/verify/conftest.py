"""One Postgres and one store a session; a fresh, migrated database for each test."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from migrations.runner import migrate
from ops.stack.home import open_home
from ops.stack.ports import Ports
from ops.stack.postgres import Postgres
from ops.stack.process import Child
from ops.verify.audit import Context
from read_side.projections.engine import rebuild_cause
from tests.edge.support import BUCKET, store_server, until
from tests.verify.support import EDGE_URL, Shop
from workers.projecting import (
    SITEMAP_SHARDS,
    update_categories,
    update_list,
    update_offers,
    update_products,
    update_sitemaps,
)

TEMPLATE = "techmart"
PASSWORD = "only-of-the-tests"
_numbers = count(1)


@pytest.fixture(scope="session")
def verify_folder() -> Iterator[Path]:
    """A folder that the database's user may enter, as pytest's own may not."""
    path = Path(tempfile.mkdtemp(prefix="techmart-verify-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def server(verify_folder: Path) -> Iterator[Postgres]:
    """A primary whose database `techmart` is migrated and never written."""
    home = open_home(verify_folder)
    postgres = Postgres(home, "postgres-primary", Ports(home.root / "ports.json").port("verify"), "64MB")
    postgres.write_config()
    postgres.initialise()
    child = Child(postgres.spec(), home.logs / "postgres.log")
    child.start()
    try:
        until(postgres.ready, "the database ready")
        postgres.prepare({"techmart": PASSWORD}, TEMPLATE)
        migrate(url(postgres, TEMPLATE))
        yield postgres
    finally:
        child.ask_to_stop()
        child.end(time.monotonic() + 20)


def url(server: Postgres, database: str) -> str:
    return f"postgresql://techmart:{PASSWORD}@127.0.0.1:{server.port}/{database}"


@pytest.fixture
def environment(
    server: Postgres, verify_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """The settings of a stack that is this test's database; set for the test, as a command has them."""
    name = f"verify_{next(_numbers)}"
    with server.connect() as conn:
        conn.execute(f"CREATE DATABASE {name} OWNER techmart TEMPLATE {TEMPLATE}")
    address = url(server, name)
    env = {
        "TECHMART_HOME": str(verify_folder),
        "TECHMART_DATABASE_URL": address,
        "TECHMART_DATABASE_READ_URL": address,
        "TECHMART_DATABASE_DIRECT_URL": address,
        "TECHMART_EDGE_URL": EDGE_URL,
        "TECHMART_LOCALES": "en-us,de-de",
        "TECHMART_SEARCH_DIR": str(verify_folder / name),
    }
    for variable, value in env.items():
        monkeypatch.setenv(variable, value)
    yield env
    with server.connect() as conn:
        conn.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def context(environment: dict[str, str]) -> Iterator[Context]:
    context = Context(environment)
    yield context
    context.close()


@pytest.fixture
def shop(context: Context) -> Shop:
    """Three products in two categories, their documents made as workers make them."""
    shop = Shop(context.database)
    shop.fill()
    cause = rebuild_cause()
    with context.database.transaction() as conn:
        update_categories(conn, dict.fromkeys(shop.categories, cause))
        update_products(conn, dict.fromkeys(shop.products, cause))
        update_offers(conn, dict.fromkeys(shop.products, cause))
        for path in ("", "audio", "audio/speakers", "printing"):
            update_list(conn, path, cause)
        update_sitemaps(conn, map(str, range(SITEMAP_SHARDS)), cause)
        shop.forget_work(conn)
    return shop


@pytest.fixture(scope="session")
def bucket(verify_folder: Path) -> Iterator[dict[str, str]]:
    """The settings of a real, empty store."""
    folder = verify_folder / "store"
    folder.mkdir()
    with store_server(folder) as port:
        yield {
            "TECHMART_S3_ENDPOINT": f"http://127.0.0.1:{port}",
            "TECHMART_S3_BUCKET": BUCKET,
            "TECHMART_S3_ACCESS_KEY": "techmart",
            "TECHMART_S3_SECRET_KEY": "secret-of-the-store",
        }
