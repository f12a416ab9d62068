"""Starting, crashing and stopping stacks."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from kernel.settings import SettingsError
from ops.bootstrap import DEMO_PRODUCTS
from ops.queries import COUNT_OWED
from ops.stack.home import open_home
from ops.stack.topology import Topology
from tests.ops.support import SERVERS, gone, sentence
from tests.support.polling import eventually
from tests.support.stack import COMMAND, READY_SECONDS, Stack, environment, free_port, launch, start, stop

COUNT_PRODUCTS = "SELECT count(*) FROM product"
STOP_SECONDS = 20


def test_the_life_of_a_stack(home: Path, settings: dict[str, str]) -> None:
    """First start, a crash and its restart, a killed supervisor, a second start, a stop."""
    port = free_port()
    stack = start(home, port, settings)
    pids = stack.pids()
    assert set(pids) == SERVERS
    assert any("making the database" in line for line in stack.lines)

    os.kill(pids["valkey-cache"], signal.SIGKILL)
    eventually(lambda: stack.pids()["valkey-cache"] != pids["valkey-cache"], "the cache started again")
    eventually(
        lambda: next(p for p in stack.status()["processes"] if p["name"] == "valkey-cache")["state"] == "ready",
        "it ready",
    )
    shown = subprocess.run(
        [COMMAND, "status", "--json"], env={**os.environ, **stack.env}, capture_output=True, check=True, text=True
    )
    status = json.loads(shown.stdout)
    cache = next(p for p in status["processes"] if p["name"] == "valkey-cache")
    assert (cache["restarts"], cache["state"]) == (1, "ready")
    assert (status["home"], status["edge"]) == (str(home), f"http://127.0.0.1:{port}")
    assert (status["problems"], status["replica_streaming"]) == ([], True)

    # The edge's workers hold its port: unless they go with their master, its successor cannot start.
    os.kill(pids["nginx"], signal.SIGKILL)
    eventually(lambda: stack.pids()["nginx"] != pids["nginx"], "the edge started again")
    eventually(
        lambda: next(p for p in stack.status()["processes"] if p["name"] == "nginx")["state"] == "ready", "it ready"
    )

    pids = stack.pids()
    stack.process.kill()
    stack.process.wait()
    eventually(lambda: gone(pids), "every process gone with its supervisor")

    again = start(home, port, settings)
    assert not any("making the database" in line or "copying the replica" in line for line in again.lines)
    pids, began = again.pids(), time.monotonic()
    assert stop(again) == 0
    assert time.monotonic() - began < STOP_SECONDS
    assert gone(pids)


def test_a_first_start_that_is_interrupted(home: Path, settings: dict[str, str]) -> None:
    """Half a cluster is never taken for a whole one, nothing goes on making it, and half a demo shop is completed."""
    workers = {f"TECHMART_PROCESSES_{name}": "1" for name in ("RELAY", "WORKER_NOW", "WORKER_PUBLISH", "WORKER_BULK")}
    demo = {**settings, **workers, "TECHMART_DEMO": "on", "TECHMART_LOCALES": "en-us"}
    stack = launch(home, free_port(), demo)
    eventually(lambda: list(home.glob("data/postgres-primary.half-*/global")), "a cluster in the making")
    interrupt(stack, signal.SIGTERM)

    stack = launch(home, free_port(), demo)
    eventually(lambda: count(home, COUNT_PRODUCTS), "the demo shop in the making", 90)
    interrupt(stack, signal.SIGKILL)

    again = start(home, free_port(), demo)
    assert not list(home.glob("data/*.half-*"))
    assert count(home, COUNT_PRODUCTS) == DEMO_PRODUCTS
    assert count(home, COUNT_OWED) == 0
    assert httpx.get(f"http://127.0.0.1:{again.port}/en-us/").status_code == 200
    assert stop(again) == 0


def test_production_is_given_no_sandbox(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TECHMART_PORT", str(free_port()))
    monkeypatch.setenv("TECHMART_ENV", "demo")
    assert [spec.name for spec in Topology(open_home(home)).sandboxes()] == ["sandbox-gateway"]
    monkeypatch.setenv("TECHMART_ENV", "production")
    with pytest.raises(SettingsError) as refused:
        Topology(open_home(home))
    assert not any("SANDBOX" in fault for fault in refused.value.faults)


def interrupt(stack: Stack, number: signal.Signals) -> None:
    children = {str(child.pid): child.pid for child in psutil.Process(stack.process.pid).children(recursive=True)}
    stack.process.send_signal(number)
    stack.process.wait(25)
    eventually(lambda: gone(children), "every process gone")


def count(home: Path, statement: str) -> int:
    """What the stack of this home counts; 0 while there is no database."""
    try:
        env = json.loads((home / "stack.json").read_text())["env"]
        with psycopg.connect(env["TECHMART_DATABASE_DIRECT_URL"], connect_timeout=2) as conn:
            row = conn.execute(statement).fetchone()
    except (OSError, psycopg.Error):
        return 0
    return int(row[0]) if row else 0


def test_a_taken_port(home: Path, settings: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"port {port} is taken" in sentence(launch(home, port, settings))


def test_damaged_state(home: Path, settings: dict[str, str]) -> None:
    (home / "ports.json").write_text("{half")
    assert "ports.json is damaged" in sentence(launch(home, free_port(), settings))
    (home / "ports.json").write_text('{"nginx": [1]}')
    assert "ports.json is damaged" in sentence(launch(home, free_port(), settings))
    (home / "ports.json").unlink()
    (home / "owner-password").touch()
    assert "owner-password is empty" in sentence(launch(home, free_port(), settings))
    (home / "owner-password").unlink()
    (home / "data" / "postgres-primary").mkdir(parents=True)
    (home / "data" / "postgres-primary" / "junk").write_text("x")
    assert "not a whole Postgres cluster" in sentence(launch(home, free_port(), settings))


def test_a_home_that_cannot_be(home: Path, settings: dict[str, str]) -> None:
    (home / "file").write_text("in the way")
    assert "cannot keep state in" in sentence(launch(home / "file" / "home", free_port(), settings))


def test_a_home_only_its_owner_may_enter(home: Path, settings: dict[str, str]) -> None:
    """Beside it another stack, which loses a port between its choice and its use: two of them run side by side."""
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    one = start(closed / "home", free_port(), settings)
    try:
        if os.geteuid() == 0:
            assert one.relocated
            assert any("databases and programs live in" in line for line in one.lines)
        two = launch(home / "two", free_port(), settings)
        with take_port(home / "two" / "ports.json", "valkey-cache") as lost:
            eventually(lambda: two.ready or two.process.poll() is not None, "the ready line", READY_SECONDS)
        assert two.ready, two.lines
        assert f"port {lost} was taken by another program meanwhile; starting again on another" in two.lines
        assert not set(one.pids().values()) & set(two.pids().values())
        assert stop(two) == 0
    finally:
        relocated = one.relocated
        stop(one)
        if relocated:
            shutil.rmtree(relocated, ignore_errors=True)


@contextmanager
def take_port(file: Path, name: str) -> Iterator[int]:
    """Listen on a port as soon as the stack has chosen it; it is used only when the databases are up."""

    def chosen() -> int | None:
        return json.loads(file.read_text()).get(name) if file.exists() else None

    with socket.socket() as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the stack looks whether a port is free
        port = eventually(chosen, "a chosen port")
        thief.bind(("127.0.0.1", port))
        thief.listen()
        yield port


def test_commands_without_a_stack_say_so(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ops.cli", "status"],
        env=environment(TECHMART_HOME=str(home)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("techmart: no stack runs in")


def test_a_command_names_the_server_that_does_not_answer(stack: Stack) -> None:
    env = environment(TECHMART_HOME=str(stack.home), TECHMART_SANDBOX_URL="http://127.0.0.1:1")
    done = subprocess.run([COMMAND, "verify", "gateway"], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == "techmart: http://127.0.0.1:1/sandbox/ledger did not do its part: [Errno 111] Connection refused\n"
    )
