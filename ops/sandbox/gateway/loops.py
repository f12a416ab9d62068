"""What the gateway does by itself: bringing events to the shop, and second acts. Both go on after a restart."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Final

import aiohttp

from ops.sandbox.gateway import aftermath, sql
from ops.sandbox.gateway.ledger import Ledger

UNDER_WAY_MAX: Final = 32
DELIVERY_SECONDS: Final = 10.0
BACKOFF_SECONDS: Final = 0.25
BACKOFF_SECONDS_MAX: Final = 10.0


class Bell:
    """Wakes a loop that waits for something to do."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """There may be something to do."""
        self._rung.set()

    async def wait_until(self, at: float | None) -> None:
        """Wait for a ring, or for a time (Unix seconds)."""
        with suppress(TimeoutError):
            async with asyncio.timeout(None if at is None else max(0.0, at - time.time())):
                await self._rung.wait()
        self._rung.clear()


def sign(body: bytes, secrets: Sequence[str], at: int) -> str:
    """Stripe's signature header; while a secret is being changed, one signature for each."""
    digests = (hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest() for secret in secrets)
    return ",".join([f"t={at}", *(f"v1={digest}" for digest in digests)])


class Postman:
    """Brings events to the shop, in no order, until it takes them."""

    def __init__(self, ledger: Ledger, url: str, secrets: Sequence[str]) -> None:
        self.bell = Bell()
        self._ledger = ledger
        self._url = url
        self._secrets = secrets
        self._under_way: set[str] = set()

    async def run(self) -> None:
        """For ever."""
        timeout = aiohttp.ClientTimeout(total=DELIVERY_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as tasks:
            while True:
                now = time.time()
                for event_id, body, attempts in self._ledger.read(sql.SELECT_OPEN_EVENTS, (now, UNDER_WAY_MAX)):
                    if event_id not in self._under_way:
                        self._under_way.add(event_id)
                        tasks.create_task(self._bring(session, event_id, body, attempts))
                ((next_at,),) = self._ledger.read(sql.NEXT_OPEN_EVENT, (now,))
                await self.bell.wait_until(next_at)

    async def _bring(self, session: aiohttp.ClientSession, event_id: str, body: bytes, attempts: int) -> None:
        again_at = None
        if not await self._taken(session, body):
            again_at = time.time() + min(BACKOFF_SECONDS_MAX, BACKOFF_SECONDS * 2 ** min(attempts, 10))
        await self._ledger.write(lambda conn: conn.execute(sql.MARK_EVENT, (again_at, event_id)).rowcount)
        self._under_way.discard(event_id)
        self.bell.ring()

    async def _taken(self, session: aiohttp.ClientSession, body: bytes) -> bool:
        headers = {
            "content-type": "application/json; charset=utf-8",
            "stripe-signature": sign(body, self._secrets, int(time.time())),
        }
        try:
            async with session.post(self._url, data=body, headers=headers) as answer:
                return 200 <= answer.status < 300
        except (aiohttp.ClientError, TimeoutError):
            return False


class Playwright:
    """Plays the second acts of scripts when they are due."""

    def __init__(self, ledger: Ledger, origin: str, postman: Postman) -> None:
        self.bell = Bell()
        self._ledger = ledger
        self._origin = origin
        self._postman = postman

    async def run(self) -> None:
        """For ever."""
        while True:
            for intent_id, token in self._ledger.read(sql.SELECT_DUE_INTENTS, (time.time(),)):
                await self._ledger.write(partial(aftermath.second_act, intent_id, token, self._origin))
                self._postman.bell.ring()
            ((next_at,),) = self._ledger.read(sql.NEXT_DUE_INTENT)
            await self.bell.wait_until(next_at)
