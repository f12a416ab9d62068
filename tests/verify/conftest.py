"""One Postgres and one store a session; a fresh, migrated database for each test."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest

from edge.cdn import open_cdn
from edge.store import SigningStore
from frontend_build.render import PageRequest, Renderer
from kernel.ids import uuid7
from kernel.settings import EdgeSettings, StoreSettings, load
from migrations.runner import migrate
from ops.bench.limits.server import free_port
from ops.stack.home import open_home
from ops.stack.postgres import Postgres
from ops.stack.process import Child
from ops.verify.audit import Context
from read_side.projections.engine import rebuild_cause
from tests.edge.support import BUCKET, store_server, until
from tests.verify.support import EDGE_URL, Shop
from workers.consumers import Delivery
from workers.projecting import (
    SITEMAP_SHARDS,
    update_categories,
    update_list,
    update_offers,
    update_products,
    update_sitemaps,
)
from workers.publishing import Publisher
from workers.rendering import Page

LOCALES = ("en-us", "de-de")

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
    postgres = Postgres(home, "postgres-primary", free_port(), "64MB")
    postgres.write_config()
    postgres.initialise()
    child = Child(postgres.spec(), home.logs / "postgres.log")
    child.start()
    try:
        until(lambda: postgres.ready() or child.exited(), "the database ready", seconds=60)
        postgres.prepare({"techmart": PASSWORD}, TEMPLATE)
        migrate(url(postgres, TEMPLATE))
        yield postgres
    finally:
        child.ask_to_stop()
        child.end(time.monotonic() + 20)


def url(server: Postgres, database: str) -> str:
    return f"postgresql://techmart:{PASSWORD}@127.0.0.1:{server.port}/{database}"


@pytest.fixture
def environment(server: Postgres, verify_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
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
        "TECHMART_LOCALES": ",".join(LOCALES),
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


@pytest.fixture
def published(
    shop: Shop,
    context: Context,
    environment: dict[str, str],
    bucket: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> Publisher:
    """The shop in a bucket of its own, put there by the publishers themselves."""
    own = {**bucket, "TECHMART_S3_BUCKET": f"verify-{next(_numbers)}"}
    environment.update(own)
    for variable, value in own.items():
        monkeypatch.setenv(variable, value)
    publisher = publisher_of(LOCALES)
    SigningStore(load(StoreSettings)[0]).prepare_local_bucket()
    publish_everything(publisher, context)
    return publisher


def publisher_of(locales: tuple[str, ...]) -> Publisher:
    """What workers of a shop with these locales publish with, into the bucket of the settings."""
    store, edge = load(StoreSettings, EdgeSettings)
    renderer = Renderer(locales, EDGE_URL)

    def pages(asked: Sequence[Page]) -> Sequence[bytes | Exception]:
        return renderer.render([PageRequest(*page) for page in asked])

    return Publisher(SigningStore(store), open_cdn(edge), locales, EDGE_URL, pages, renderer.release)


def publish_everything(publisher: Publisher, context: Context) -> None:
    """What the two publishing consumers do when every document is owed."""
    with context.database.snapshot() as conn:
        rows = conn.execute("SELECT kind || ':' || id FROM document WHERE version > 0").fetchall()
    deliveries = [Delivery(uuid7(), key, uuid7()) for (key,) in rows]
    assert publisher.publish_documents(context.database, deliveries) == {}
    assert publisher.publish_pages(context.database, deliveries) == {}
