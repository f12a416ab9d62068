"""The read side's cache. It only saves time: when it is away, answers come from the replica."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

log = structlog.get_logger()
AWAY_SECONDS: Final = 5.0
"""After a failure the cache is left alone this long, so that a slow one costs one time-out, not one a request."""


class Cache:
    """Bytes by key, with short time-outs."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(url, socket_timeout=0.1, socket_connect_timeout=0.1, max_connections=16)
        self._away_until = 0.0

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        """What is cached under each key; nothing while the cache is away."""
        if not keys or time.monotonic() < self._away_until:
            return [None] * len(keys)
        try:
            found: Any = await self._client.mget(keys)  # bytes: nothing is decoded here
        except (RedisError, OSError) as error:
            self._lose(error)
            return [None] * len(keys)
        return list(found)

    async def set_many(self, values: Mapping[str, bytes], seconds: int) -> None:
        """Keep values for some seconds."""
        if not values or time.monotonic() < self._away_until:
            return
        try:
            async with self._client.pipeline(transaction=False) as pipe:
                for key, value in values.items():
                    pipe.set(key, value, ex=seconds)
                await pipe.execute()
        except (RedisError, OSError) as error:
            self._lose(error)

    async def close(self) -> None:
        """Return the connections."""
        await self._client.aclose()

    def _lose(self, error: Exception) -> None:
        log.warning("the cache is away", error=str(error))
        self._away_until = time.monotonic() + AWAY_SECONDS
