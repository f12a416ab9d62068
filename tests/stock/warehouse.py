"""A warehouse on a real primary: products with stock, carts that hold them, orders that have them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from psycopg.errors import LockNotAvailable, SerializationFailure

from kernel.auth import Principal
from kernel.database import Database, SyncDatabase, WriteConnection
from kernel.errors import OutOfStock
from kernel.ids import uuid7
from kernel.settings import DatabaseSettings
from ops.verify.queries import SELECT_WRONG_LEVELS
from ops.verify.selling_queries import SELECT_WRONG_PROMISES
from tests.stock import queries
from tests.support.polling import eventually
from write_side.accounts.handlers import ensure_owner
from write_side.context import Command
from write_side.inventory import handlers, holds
from write_side.inventory.handlers import AdjustStock, PutBuckets
from write_side.inventory.holds import Taken, Wanted

T = TypeVar("T")
OWNER = "owner@techmart.test"
Units = Mapping[str, int]


class Counting:
    """A connection that counts statements, savepoints among them."""

    def __init__(self, conn: WriteConnection) -> None:
        self._conn, self.statements = conn, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._conn, name)

    async def execute(self, *arguments: Any) -> Any:
        self.statements += 1
        return await self._conn.execute(*arguments)

    def transaction(self) -> Any:
        self.statements += 2
        return self._conn.transaction()


class Warehouse:
    """What the tests do to stock. Each act is a transaction of its own and is never retried: a deadlock is a failure."""

    def __init__(self, settings: DatabaseSettings, database: SyncDatabase) -> None:
        self.database = database
        self._runner = asyncio.Runner()
        self._pool = Database(settings, read=False)
        self.run(self._pool.open())
        with database.transaction() as conn:
            conn.execute(queries.INSERT_LOCATION)
            ensure_owner(conn, OWNER, "correct horse battery staple")
        ((account,),) = self.rows(queries.SELECT_ACCOUNT, email=OWNER)
        self._staff = Principal(account, account, True, frozenset("*"))

    def close(self) -> None:
        self.run(self._pool.close())
        self._runner.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def at_once(self, *works: Coroutine[Any, Any, T]) -> list[T | OutOfStock]:
        """The results of works that run at the same time; being out of stock is one, any other error is raised."""

        async def gather() -> list[T | BaseException]:
            return await asyncio.gather(*works, return_exceptions=True)

        results: list[T | OutOfStock] = []
        for result in self.run(gather()):
            if isinstance(result, BaseException) and not isinstance(result, OutOfStock):
                raise result
            results.append(result)  # type: ignore[arg-type]
        return results

    def rows(self, statement: str, **parameters: object) -> list[tuple[Any, ...]]:
        with self.database.transaction() as conn:
            return conn.execute(statement, parameters).fetchall()

    def change(self, statement: str, **parameters: object) -> None:
        with self.database.transaction() as conn:
            conn.execute(statement, parameters)

    def sell(self, *quantities: int) -> list[str]:
        """New SKUs, sorted, with so many units each."""
        name = uuid4().hex[:10]
        skus = [f"S-{name}-{number}" for number, _ in enumerate(quantities)]
        self.change(queries.INSERT_PRODUCTS, skus=skus)

        async def open_all(conn: WriteConnection) -> None:
            for sku, quantity in zip(skus, quantities, strict=True):
                await handlers.open_stock(conn, self.command(), sku, quantity)

        self.run(self.transact(open_all))
        return skus

    def cart(self) -> UUID:
        """A new cart on its way through checkout."""
        cart_id = uuid7()
        self.change(queries.INSERT_CART, cart_id=cart_id)
        return cart_id

    def carts(self, count: int) -> list[UUID]:
        return [self.cart() for _ in range(count)]

    def command(self) -> Command:
        return Command(uuid7(), self._staff, "USD")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[WriteConnection]:
        async with self._pool.transaction() as conn:
            yield conn

    async def transact(self, work: Callable[[WriteConnection], Awaitable[T]]) -> T:
        """As commands are carried out, and sent again where they are answered 503.

        Where staff spread stock all the time, more than three tries may be needed; on a slow machine a row is not to be
        had in time.
        """
        while True:
            with suppress(SerializationFailure, LockNotAvailable):
                return await self._pool.run(work)

    async def until_waiting(self, count: int = 1) -> None:
        """Return once so many transactions wait for a lock."""
        await asyncio.to_thread(
            eventually,
            lambda: self.rows(queries.COUNT_WAITING) == [(count,)],
            f"{count} transactions waiting for a lock",
        )

    async def hold(self, cart: UUID, units: Units, seconds: int = 600, *, enough: int | None = None) -> datetime:
        until, lasting = in_seconds(seconds), None if enough is None else in_seconds(enough)

        async def work(conn: WriteConnection) -> None:
            await conn.execute(queries.LOCK_CART, {"cart_id": cart})
            await holds.hold(conn, uuid7(), cart, wanted(units), until, lasting)

        await self.transact(work)
        return until

    async def release(self, cart: UUID) -> None:
        async def work(conn: WriteConnection) -> None:
            await conn.execute(queries.LOCK_CART, {"cart_id": cart})
            await holds.release(conn, uuid7(), cart)

        await self.transact(work)

    async def consume(self, cart: UUID, order: UUID, units: Units) -> list[Taken]:
        async def work(conn: WriteConnection) -> list[Taken]:
            await conn.execute(queries.LOCK_CART, {"cart_id": cart})
            await conn.execute(queries.INSERT_ORDER, {"order_id": order, "cart_id": cart})
            return await holds.consume(conn, uuid7(), cart, order, wanted(units))

        return await self.transact(work)

    async def cancel(self, order: UUID) -> None:
        async def work(conn: WriteConnection) -> None:
            await conn.execute(queries.CANCEL_ORDER, {"order_id": order})
            await holds.deallocate(conn, uuid7(), order)

        await self.transact(work)

    async def adjust(self, sku: str, delta: int, conn: WriteConnection | None = None) -> Any:
        async def work(conn: WriteConnection) -> Any:
            return (await handlers.adjust_stock(conn, self.command(), AdjustStock(sku, delta, "count"))).body

        return await (work(conn) if conn else self.transact(work))

    async def spread(self, sku: str, buckets: int, conn: WriteConnection | None = None) -> Any:
        async def work(conn: WriteConnection) -> Any:
            return (await handlers.put_buckets(conn, self.command(), sku, PutBuckets(buckets))).body

        return await (work(conn) if conn else self.transact(work))

    def stock(self, *skus: str) -> list[tuple[int, int, int, int]]:
        """On hand, allocated, reserved and available of SKUs, over their rows."""
        return [row[1:5] for row in self.rows(queries.SELECT_STOCK, skus=list(skus))]

    def held(self, cart: UUID) -> dict[str, int]:
        """What a cart holds by SKU, expired or not."""
        found: dict[str, int] = {}
        for sku, _, quantity, state in self.rows(queries.SELECT_HOLDS, cart_id=cart):
            if state == "held":
                found[sku] = found.get(sku, 0) + quantity
        return found

    def sweep(self, limit: int = 1000) -> int:
        with self.database.transaction() as conn:
            return holds.sweep_expired(conn, limit)

    def expire(self, *carts: UUID) -> None:
        """Let the time of these carts' holds be up."""
        self.change(queries.EXPIRE_HOLDS, carts=list(carts))

    def deadlocks(self) -> int:
        ((count,),) = self.rows(queries.COUNT_DEADLOCKS)
        return int(count)

    def assert_sound(self) -> None:
        """Levels are what movements, holds and orders say; nothing is negative."""
        assert self.rows(SELECT_WRONG_LEVELS) == []
        assert self.rows(SELECT_WRONG_PROMISES) == []


def in_seconds(seconds: int) -> datetime:
    """A time to hold units until."""
    return datetime.now(UTC) + timedelta(seconds=seconds)


def wanted(units: Units) -> list[Wanted]:
    return [Wanted(sku, quantity) for sku, quantity in sorted(units.items())]
