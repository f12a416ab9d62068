"""What a worker process runs: one actor, told which consumer to drain. Each Procfile line takes one queue."""

from __future__ import annotations

import threading
from typing import Any

import dramatiq
import structlog
from dramatiq.middleware import Middleware

from kernel import tracing
from kernel.settings import ServerSettings, load
from kernel.telemetry import configure_logging
from kernel.web import serve_health
from workers.broker import QUEUES
from workers.context import Worker
from workers.draining import Drain

log = structlog.get_logger()
configure_logging()
worker = Worker()
broker = worker.broker
_making = threading.Lock()
stopping = threading.Event()


class Life(Middleware):
    """Serves health and metrics from the process that works, after its fork; ends its drains between two batches."""

    def after_process_boot(self, _: Any) -> None:
        (server,) = load(ServerSettings)
        serve_health(server.metrics_port, lambda: True)

    def before_worker_shutdown(self, _: Any, __: Any) -> None:
        stopping.set()

    def after_worker_shutdown(self, _: Any, __: Any) -> None:
        tracing.stop()


def drain(consumer: str) -> None:
    """Work off what this consumer is owed."""
    with _making:
        found = worker.consumers.get(consumer)
        if found is None:
            log.error("unknown consumer", consumer=consumer)
            return
        task = Drain(found, worker.database, worker.bell, worker.outbox, stopping.is_set)
    task.run()


broker.add_middleware(Life())
for queue in QUEUES:
    # One actor a queue under one name would clash: each queue's actor has its own.
    dramatiq.actor(actor_name=f"drain.{queue}", queue_name=queue, broker=broker)(drain)
