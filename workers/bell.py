"""Ringing consumers: at most one wake-up outstanding for each."""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from dramatiq.brokers.redis import RedisBroker

from kernel.database import SyncDatabase
from workers.broker import BrokerError, send
from workers.sql import CLEAR_WAKEUP, RING

log = structlog.get_logger()


class Bell:
    """Rings through one broker. A broker that is away is no error: the relay rings again."""

    def __init__(self, database: SyncDatabase, broker: RedisBroker, queues: dict[str, str]) -> None:
        self._database, self._broker, self._queues = database, broker, queues
        self._silent = False

    def ring(self, consumers: Iterable[str]) -> None:
        """Wake those of these consumers that have no wake-up outstanding."""
        names = sorted(set(consumers))
        if not names:
            return
        with self._database.transaction() as conn:
            wanted = [row[0] for row in conn.execute(RING, {"consumers": names}).fetchall()]
        try:
            for name in wanted:
                send(self._broker, name, self._queues[name])
            self._silent = False
        except BrokerError as error:
            if not self._silent:
                log.warning("the broker is away", error=str(error))
            self._silent = True

    def clear(self, consumer: str) -> None:
        """An actor has come: whatever is owed from now on rings again."""
        with self._database.transaction() as conn:
            conn.execute(CLEAR_WAKEUP, {"consumer": consumer})
