"""The consumer framework: who is owed effects, and how an effect happens once.

A transactional consumer's effect is in Postgres: claim, effect and completion are one transaction. A leased consumer's
effect is outside: it takes a lease, acts idempotently, and finishes what it took. A consumer plugs in by its
description; claims, attempts, back-off and dead letters are here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Literal
from uuid import UUID

from kernel.database import SyncDatabase, SyncWriteConnection

Queue = Literal["now", "publish", "bulk"]


@dataclass(frozen=True)
class Delivery:
    """One effect owed. `committed_at` is when the event's command was committed.

    `lease_until` names a leased consumer's hold on the row. `act_until` (of `time.monotonic`) is when its worker
    begins nothing more: what is not begun by then fails as if the store were away, and another batch has it.
    """

    event_id: UUID
    key: str
    command_id: UUID
    request_id: str | None = None
    traceparent: str | None = None
    committed_at: datetime | None = None
    revision: int = 0
    attempts: int = 0
    lease_until: datetime | None = None
    act_until: float = inf


Rings = set[str]
Effect = Callable[[SyncWriteConnection, Sequence[Delivery]], Rings]
"""Carries out a batch in the transaction given, all or nothing; returns the consumers owed something by it."""

Act = Callable[[SyncDatabase, Sequence[Delivery]], Mapping[str, Exception]]
"""Carries out what it can of a batch; returns an error for each key that failed."""


@dataclass(frozen=True)
class Consumer:
    """Who is owed effects. Exactly one of `effect` (transactional) and `act` (leased) is given.

    The relay rings it once in `rest_seconds` at most: what nobody waits for is worked off in fewer, larger batches.
    """

    name: str
    queue: Queue
    effect: Effect | None = None
    act: Act | None = None
    keyed: bool = False
    batch: int = 100
    waits_for_imports: bool = False
    rest_seconds: float = 0.0
