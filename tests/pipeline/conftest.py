"""A primary, a broker and a bucket of their own for the pipeline's tests, started once a run."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from edge.cdn import NoCdn
from edge.store import BotoStore, SigningStore
from kernel.database import SyncDatabase
from kernel.settings import DatabaseSettings, StoreSettings, load
from migrations.runner import migrate
from ops.stack.home import open_home
from ops.stack.supervisor import Supervisor
from ops.stack.topology import Topology
from tests.pipeline.pipeline import Pipeline
from tests.pipeline.queries import EMPTY_TABLES, INSERT_SHOP


@pytest.fixture(scope="session")
def infrastructure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The settings of a running primary, broker and bucket."""
    with pytest.MonkeyPatch.context() as patch, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        patch.setenv("TECHMART_PORT", str(free.getsockname()[1]))
        free.close()
        supervisor = Supervisor(Topology(open_home(tmp_path_factory.mktemp("pipeline"))))
        topology = supervisor.topology
        try:
            topology.primary.write_config()
            topology.primary.initialise()
            supervisor.launch(topology.primary.spec())
            topology.primary.prepare(topology.passwords, "techmart")
            migrate(topology.env["TECHMART_DATABASE_DIRECT_URL"])
            supervisor.launch(topology.valkeys()[0], topology.store())
            for name, value in topology.env.items():
                patch.setenv(name, value)
            (settings,) = load(StoreSettings)
            BotoStore(settings).prepare_local_bucket()
            yield dict(os.environ)
        finally:
            supervisor.stop()


@pytest.fixture(scope="session")
def database(infrastructure: dict[str, str]) -> Iterator[SyncDatabase]:
    (settings,) = load(DatabaseSettings, env=infrastructure)
    database = SyncDatabase(settings)
    yield database
    database.close()


@pytest.fixture(scope="session")
def store(infrastructure: dict[str, str]) -> SigningStore:
    (settings,) = load(StoreSettings, env=infrastructure)
    return SigningStore(settings)


@pytest.fixture
def pipeline(database: SyncDatabase, store: SigningStore) -> Pipeline:
    """An empty shop with the categories `ink` and `paper`."""
    with database.transaction() as conn:
        conn.execute(EMPTY_TABLES)
        conn.execute(INSERT_SHOP)
    for item in store.list("catalog/"):
        store.delete(item.key)
    return Pipeline(database, store, NoCdn())
