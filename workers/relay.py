"""The relay: finds consumers with ready deliveries and rings them.

It reads on a direct connection, 50 ms apart while there is work and 250 ms when there is none. It carries no facts:
a relay that dies, a broker that forgets, cost one poll.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Mapping
from typing import Final

import psycopg
import structlog
from prometheus_client import REGISTRY
from psycopg_pool import PoolTimeout

from kernel.database import SyncDatabase
from kernel.settings import DatabaseSettings, ServerSettings, load
from kernel.telemetry import configure_logging
from kernel.web import serve_health
from workers.backlog import Backlog
from workers.bell import Bell
from workers.broker import open_broker
from workers.consumers import Consumer
from workers.context import STATEMENT_SECONDS, Worker
from workers.sql import IMPORT_RUNS, SELECT_READY

log = structlog.get_logger()
BUSY_SECONDS: Final = 0.05
IDLE_SECONDS: Final = 0.25
FAILED_SECONDS: Final = 1.0


class Relay:
    """Polls for all consumers of the project."""

    def __init__(self, database: SyncDatabase, bell: Bell, consumers: Mapping[str, Consumer]) -> None:
        self._database, self._bell, self._consumers = database, bell, consumers
        self._rests_until = dict.fromkeys(consumers, 0.0)
        self.healthy = False

    def run_once(self) -> int:
        """Ring whoever has something ready and does not rest; return how many they were."""
        with self._database.transaction() as conn:
            ready = {row[0] for row in conn.execute(SELECT_READY, {"consumers": list(self._consumers)})}
            waiting = {name for name in ready if self._consumers[name].waits_for_imports}
            if waiting and conn.execute(IMPORT_RUNS).fetchone() == (True,):
                ready -= waiting
        now = time.monotonic()
        rung = {name for name in ready if self._rests_until[name] <= now}
        self._rests_until |= {name: now + self._consumers[name].rest_seconds for name in rung}
        self._bell.ring(rung)
        return len(rung)

    def run(self, stop: threading.Event) -> None:
        """Poll until `stop` is set; a database that is away is waited for."""
        while not stop.is_set():
            try:
                pause = BUSY_SECONDS if self.run_once() else IDLE_SECONDS
                self.healthy = True
            except (psycopg.Error, PoolTimeout) as error:
                if self.healthy:
                    log.warning("the database is away", error=str(error))
                self.healthy, pause = False, FAILED_SECONDS
            stop.wait(pause)


def main() -> None:
    """Run until SIGTERM."""
    configure_logging()
    database_settings, server = load(DatabaseSettings, ServerSettings)
    consumers = Worker().consumers
    url = database_settings.database_direct_url
    database = SyncDatabase(database_settings, size=3, url=url, statement_seconds=STATEMENT_SECONDS)
    bell = Bell(database, open_broker(), {name: consumer.queue for name, consumer in consumers.items()})
    relay = Relay(database, bell, consumers)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    REGISTRY.register(Backlog(database, list(consumers)))
    serve_health(server.metrics_port, lambda: relay.healthy)
    relay.run(stop)
    database.close()


if __name__ == "__main__":
    main()
