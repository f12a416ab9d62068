"""What was stored and answered, on its way to being applied in this process."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

import structlog

from write_side.context import Services
from write_side.payments.gateways.protocol import GatewayEvent
from write_side.payments.webhooks import apply

log = structlog.get_logger()
AT_ONCE: Final = 2
"""Events applied side by side: most connections are for shoppers."""

WAITING_MAX: Final = 500
FINISH_SECONDS: Final = 3.0


class Inbox:
    """Applies events after their answer. What does not fit, or is lost with the process, stays open for the sweep."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._waiting: asyncio.Queue[tuple[str, GatewayEvent]] = asyncio.Queue(WAITING_MAX)
        self._tasks: list[asyncio.Task[None]] = []

    def offer(self, gateway: str, event: GatewayEvent) -> None:
        """Apply this event soon."""
        with suppress(asyncio.QueueFull):
            self._waiting.put_nowait((gateway, event))

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._run()) for _ in range(AT_ONCE)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """Finish what waits, within seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._waiting.join(), FINISH_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            gateway, event = await self._waiting.get()
            try:
                await apply(self._services, gateway, event)
            except Exception as error:  # the database is away: the event is open still
                log.warning("an event is left to the sweep", gateway=gateway, event_id=event.id, error=repr(error))
            finally:
                self._waiting.task_done()
