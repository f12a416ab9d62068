"""Password hashes: argon2id, at most one a core at a time."""

from __future__ import annotations

import asyncio
import os
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER: Final = PasswordHasher(time_cost=2, memory_cost=47_104, parallelism=1)
"""46 MiB, two passes: above the least that OWASP ASVS 5.0 (appendix C) asks, about 60 ms of one core."""

_NOBODYS_HASH: Final = HASHER.hash("no account has this password")
_slots = asyncio.Semaphore(max(1, os.cpu_count() or 1))


async def hashed(password: str) -> str:
    """The hash that is stored of a password."""
    async with _slots:
        return await asyncio.to_thread(HASHER.hash, password)


async def verify(stored: str | None, password: str) -> bool:
    """Whether the password fits. An unknown account takes as long as a known one."""
    async with _slots:
        return await asyncio.to_thread(_verify, stored or _NOBODYS_HASH, password) and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
