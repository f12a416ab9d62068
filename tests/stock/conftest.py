"""A primary of its own for the tests of stock, started once a run: nothing else sweeps it or counts deadlocks."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import msgspec
import pytest

from kernel.database import SyncDatabase
from kernel.settings import DatabaseSettings, load
from migrations.runner import migrate
from ops.stack.home import open_home
from ops.stack.supervisor import Supervisor
from ops.stack.topology import Topology
from tests.stock.warehouse import Warehouse

CONNECTIONS = 32
WAIT_SECONDS = 60.0


@pytest.fixture(scope="session")
def database_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DatabaseSettings]:
    """Settings of a running primary with the schema."""
    with pytest.MonkeyPatch.context() as patch, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        patch.setenv("TECHMART_PORT", str(free.getsockname()[1]))
        free.close()
        supervisor = Supervisor(Topology(open_home(tmp_path_factory.mktemp("stock"))))
        topology = supervisor.topology
        try:
            topology.primary.write_config()
            topology.primary.initialise()
            supervisor.launch(topology.primary.spec())
            topology.primary.prepare(topology.passwords, "techmart")
            migrate(topology.env["TECHMART_DATABASE_DIRECT_URL"])
            (settings,) = load(DatabaseSettings, env=topology.env)
            yield msgspec.structs.replace(settings, database_pool=CONNECTIONS, database_wait_seconds=WAIT_SECONDS)
        finally:
            supervisor.stop()


@pytest.fixture(scope="session")
def warehouse(database_settings: DatabaseSettings) -> Iterator[Warehouse]:
    database = SyncDatabase(database_settings, size=4)
    warehouse = Warehouse(database_settings, database)
    yield warehouse
    warehouse.close()
    database.close()
