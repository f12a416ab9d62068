"""The sweep of orders: what a request, the bank's return or a webhook left half-done is finished here.

It runs beside the other sweeps in a thread with an event loop of its own, because it carries out the write side's own
functions and waits for gateways, and must not wait for a snapshot to be packed.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Final

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from write_side.context import Services
from write_side.orders.sweeping import give_back, resume_payments
from write_side.payments.webhooks import apply_open
from write_side.services import open_services

log = structlog.get_logger()
POLL_SECONDS: Final = 1.0
POOL: Final = 2


class OrderSweep:
    """Sweeps until stopped."""

    def __init__(self) -> None:
        self.healthy = True
        self._stop = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="orders", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout_seconds: float = 10.0) -> None:
        """Finish what is under way and end."""
        self._stop.set()
        self._thread.join(timeout_seconds)

    async def _run(self) -> None:
        async with open_services(POOL) as services:
            while not self._stop.is_set():
                if not await self._once(services):
                    await asyncio.sleep(POLL_SECONDS)

    async def _once(self, services: Services) -> bool:
        """Whether there was something to do, so that there may be more."""
        try:
            done = await apply_open(services, 20) + await resume_payments(services) + await give_back(services)
        except (psycopg.Error, PoolTimeout) as error:
            if self.healthy:
                log.warning("orders cannot be swept", error=str(error))
            self.healthy = False
            return False
        self.healthy = True
        return done > 0
