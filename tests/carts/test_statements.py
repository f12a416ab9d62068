"""How much each command asks of the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

import pytest

from kernel.database import WriteConnection
from kernel.ids import uuid7
from kernel.shopper import Shopper, hash_token
from write_side.carts import handlers
from write_side.carts.commands import PutLine, WantedLine
from write_side.context import Command

T = TypeVar("T")


class CountingConnection(WriteConnection):
    """Counts the statements it is asked to execute."""

    statements = 0

    async def execute(self, *arguments: Any, **options: Any) -> Any:
        self.statements += 1
        return await super().execute(*arguments, **options)


@pytest.fixture
def count(stack) -> Callable[[Callable[[WriteConnection], Awaitable[T]]], tuple[int, T]]:
    """The number of statements of some work in one transaction, and what it answers."""

    async def run(work: Callable[[WriteConnection], Awaitable[T]]) -> tuple[int, T]:
        async with await CountingConnection.connect(stack.env["TECHMART_DATABASE_URL"]) as conn:
            answer = await work(conn)
            return conn.statements, answer

    return lambda work: asyncio.run(run(work))


def command() -> Command:
    return Command(uuid7(), None, "USD")


def make(wanted: list[WantedLine]) -> Callable[[WriteConnection], Awaitable[Any]]:
    return lambda conn: handlers.create_cart(conn, command(), Shopper(None, None), wanted)


def test_a_new_cart_takes_three_statements_at_most(count, product) -> None:
    assert count(make([]))[0] <= 2
    assert count(make([WantedLine(product["sku"], 1)]))[0] <= 3


def test_a_line_takes_five_statements_at_most(count, product) -> None:
    _, made = count(make([]))
    shopper = Shopper(None, hash_token(made.body.token))
    put = count(
        lambda conn: handlers.put_line(conn, command(), shopper, UUID(made.body.id), product["sku"], PutLine(1), None)
    )
    assert put[0] <= 4


def test_a_hundred_lines_take_eight_statements_at_most(count, sell) -> None:
    wanted = [WantedLine(sell()["sku"], 1) for _ in range(100)]
    _, made = count(make([]))
    shopper = Shopper(None, hash_token(made.body.token))
    taken, answer = count(lambda conn: handlers.add_lines(conn, command(), shopper, UUID(made.body.id), wanted, None))
    assert len(answer.body.lines) == 100
    assert taken <= 8
