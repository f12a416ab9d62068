"""The HTTP server alone, and with one select a request."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from ops.bench.accounting import spending
from ops.bench.context import BenchContext
from ops.bench.figures import per_unit_ms
from ops.bench.http import wait_until_served
from ops.bench.rates import get_paths
from ops.bench.row import Limit

RATE: Final = 800
SECONDS: Final = 6
STOP_SECONDS: Final = 10


def server_alone(context: BenchContext) -> Limit:
    """CPU per request of a Litestar application that answers with one Struct."""
    with _static_app(context) as (base, pid):
        get_paths(base, ["/static"], RATE, 1)
        with spending({"app": [pid]}) as spent:
            load = get_paths(base, ["/static"], RATE, SECONDS)
    return Limit(what="Litestar, static Struct", value=per_unit_ms(spent.cpu, load.requests), unit="ms CPU")


def select_alone(context: BenchContext, ids: list[str]) -> Limit:
    """CPU per request of the same server with one psycopg select, the replica's share included."""
    replica = [pid for name, pids in context.processes().items() if name.startswith("postgres-replica") for pid in pids]
    paths = [f"/select/{product}" for product in ids]
    with _static_app(context) as (base, pid):
        get_paths(base, paths, RATE, 1)
        with spending({"app": [pid], "replica": replica}) as spent:
            load = get_paths(base, paths, RATE, SECONDS)
    return Limit(what="the same with one psycopg select", value=per_unit_ms(spent.cpu, load.requests), unit="ms CPU")


@contextlib.contextmanager
def _static_app(context: BenchContext) -> Iterator[tuple[str, int]]:
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "asgi", "--workers", "1", "--loop", "uvloop",
        "--no-access-log", "--host", "127.0.0.1", "--port", str(port), "ops.bench.limits.static_app:app",
    ]  # fmt: skip
    with stopped_after(
        subprocess.Popen(
            command, env={**os.environ, **context.env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    ) as process:
        base = f"http://127.0.0.1:{port}"
        wait_until_served(f"{base}/static")
        yield base, process.pid


@contextlib.contextmanager
def stopped_after(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """The process, ended when the block ends however it ends."""
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
