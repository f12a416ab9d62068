"""A write API that kills itself: run as a program, it sends one request to the real application in forked children and
ends the n-th of them with SIGKILL at the n-th point where it waits.

    python -m tests.selling.crashing < {"path", "headers", "body", "first", "last", "step"}

Points are every statement sent to Postgres, every end of a transaction, and the gateway's call, each before and after.
It prints a line for each child: the point it was killed at, or the status it answered with when it lived past its end.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import psycopg

from kernel.database import WriteConnection
from write_side.app import app
from write_side.payments.gateways.stripe import StripeGateway

Call = Callable[..., Awaitable[Any]]


class Fuse:
    """Counts points; burns at the one given."""

    def __init__(self, at: int) -> None:
        self.at, self.passed = at, 0

    def point(self) -> None:
        """One more point passed."""
        self.passed += 1
        if self.passed == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, owner: Any, name: str) -> None:
        """Make a point before and one after each call of a method."""
        original: Call = getattr(owner, name)

        async def watched(*args: Any, **named: Any) -> Any:
            self.point()
            result = await original(*args, **named)
            self.point()
            return result

        setattr(owner, name, watched)


async def send(request: dict[str, Any], fuse: Fuse) -> int:
    """Send the request to the application with the fuse laid."""
    async with app.lifespan():
        fuse.around(WriteConnection, "execute")
        fuse.around(psycopg.AsyncTransaction, "__aexit__")
        fuse.around(StripeGateway, "charge")
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://write-api") as client:
            answer = await client.post(request["path"], content=request["body"], headers=request["headers"])
            return answer.status_code


def child(request: dict[str, Any], at: int, write: int) -> None:
    """What a forked child does; never returns."""
    fuse = Fuse(at)
    status = asyncio.run(send(request, fuse))
    os.write(write, json.dumps({"status": status, "points": fuse.passed}).encode())
    os._exit(0)


def run_one(request: dict[str, Any], at: int) -> dict[str, Any]:
    """Fork, and tell how it ended."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        child(request, at, write)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        told = pipe.read()
    _, ended = os.waitpid(pid, 0)
    killed = os.WIFSIGNALED(ended) and os.WTERMSIG(ended) == signal.SIGKILL
    return {"at": at, "killed": killed, **(json.loads(told) if told else {})}


def main() -> None:
    """One request a line in; one ending a line out."""
    for line in sys.stdin:
        wanted = json.loads(line)
        print(json.dumps(run_one(wanted, wanted["at"])), flush=True)


if __name__ == "__main__":
    main()
