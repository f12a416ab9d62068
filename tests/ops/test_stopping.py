"""How long processes may take to stop, whatever they are at."""

from __future__ import annotations

import signal
import socket
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from ops.stack.home import open_home
from ops.stack.process import Spec
from ops.stack.supervisor import Supervisor
from ops.stack.topology import Topology
from tests.ops.support import alive
from tests.payments.support import Sandbox
from tests.payments.test_sandbox import FORM
from tests.support.polling import eventually
from tests.support.stack import free_port

GATEWAY_SECONDS = 3.0


def stub(name: str, on_term: str, stop_seconds: float = 10.0) -> Spec:
    """A process that does `on_term` when it is asked to stop."""
    script = f"trap '{on_term}' TERM; while :; do sleep 0.1; done"
    return Spec(name, ["sh", "-c", script], {"PATH": "/usr/bin:/bin"}, lambda: True, stop_seconds=stop_seconds)


def note_life(pid: int, found: list[float]) -> threading.Thread:
    """A thread that adds to `found` how many seconds the process still lived."""
    began = time.monotonic()

    def wait() -> None:
        eventually(lambda: not alive(pid), "its end")
        found.append(time.monotonic() - began)

    watcher = threading.Thread(target=wait)
    watcher.start()
    return watcher


def test_a_gateway_that_does_not_stop_waits_for_nobody(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither for a store that takes longer nor for the databases; both have the time they need."""
    monkeypatch.setenv("TECHMART_PORT", str(free_port()))
    monkeypatch.setenv("TECHMART_ENV", "test")
    topology = Topology(open_home(home))
    (gateway,) = topology.sandboxes()
    assert gateway.stop_seconds <= GATEWAY_SECONDS
    supervisor = Supervisor(topology)
    supervisor.launch(stub("postgres-primary", "exit"), stub("seaweedfs", "sleep 2; exit"))
    supervisor.launch(stub("sandbox-gateway", "", stop_seconds=1))
    lives: list[float] = []
    watcher = note_life(supervisor.children[-1].pid, lives)
    supervisor.stop()
    watcher.join()
    assert 1 <= lives[0] < 2
    assert [child.process and child.process.returncode for child in supervisor.children] == [0, 0, -signal.SIGKILL]


def test_a_busy_gateway_stops_soon(tmp_path: Path) -> None:
    """With charges coming in, charges that are never answered, open connections and webhooks that nobody takes."""
    with ExitStack() as clients, socket.socket() as shop:
        shop.bind(("127.0.0.1", 0))
        shop.listen(512)
        sandbox = Sandbox(tmp_path, SimpleNamespace(port=shop.getsockname()[1])).start()
        buyers = [buy(sandbox, token) for token in ["tok_ok", "tok_timeout"] * 8]
        for _ in range(8):
            clients.enter_context(sandbox.client()).get("/health/ready")
        eventually(lambda: len(sandbox.ledger()) > 100, "charges")
        began = time.monotonic()
        sandbox.end(signal.SIGTERM)
        assert time.monotonic() - began < GATEWAY_SECONDS
        assert sandbox.process
        assert sandbox.process.returncode == 0
        for buyer in buyers:
            buyer.join()


def buy(sandbox: Sandbox, token: str) -> threading.Thread:
    """Ask for charges, one after another on one connection, until the gateway is gone."""

    def ask() -> None:
        with suppress(httpx.HTTPError), sandbox.client() as client:
            while True:
                client.post("/v1/payment_intents", data={**FORM, "payment_method_data[card][token]": token})

    buyer = threading.Thread(target=ask)
    buyer.start()
    return buyer
