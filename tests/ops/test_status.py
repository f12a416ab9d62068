"""What `techmart status` says of stacks that are not as they should be."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from ops.stack import status
from ops.stack.pids import own_start
from ops.stack.problems import problems
from ops.stack.queries import REPLICA
from tests.support.polling import eventually
from tests.support.stack import COMMAND, environment, free_port

GONE = 2**22 + 1
"""No process ever has this number: it is above the system's greatest."""


def note(home: Path, **changed: Any) -> None:
    """Leave the notes of a stack whose supervisor is this test; `changed` is what is otherwise."""
    notes = {
        "home": str(home),
        "edge": "http://127.0.0.1:1",
        "commit": "0123456789abcdef",
        "supervisor": os.getpid(),
        "began": own_start(),
        "ready": True,
        "data": None,
        "sockets": None,
        "full_disk": None,
        "processes": [],
        **changed,
    }
    (home / "status.json").write_text(json.dumps(notes))


def process(home: Path, name: str, **changed: Any) -> dict[str, Any]:
    own = {"pid": os.getpid(), "state": "ready", "restarts": 0, "failures": 0, "ports": []}
    return {"name": name, "log": str(home / f"{name}.log"), **own, **changed}


def ask(home: Path, *options: str, port: int | None = None) -> subprocess.CompletedProcess[str]:
    env = environment(TECHMART_HOME=str(home), TECHMART_PORT=str(port or free_port()))
    done = subprocess.run([COMMAND, "status", *options], env=env, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done


def refusal(home: Path, port: int | None = None) -> str:
    """The one sentence where there is no status to show."""
    done = ask(home, port=port)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


@contextmanager
def somebody_elses() -> Iterator[tuple[int, str]]:
    """A port that a program of somebody's listens on, and how the program is called."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1], f"{psutil.Process().name()} (process {os.getpid()})"


def test_a_home_without_a_stack(tmp_path: Path) -> None:
    assert refusal(tmp_path).startswith(f"techmart: no stack runs in {tmp_path}; ")
    with somebody_elses() as (port, program):
        assert f"no stack runs in {tmp_path}, and its port {port} is taken by {program}; " in refusal(tmp_path, port)
    note(tmp_path, supervisor=GONE, processes=[process(tmp_path, "nginx", state="stopped")])
    assert f"no stack runs in {tmp_path}; " in refusal(tmp_path)
    note(tmp_path, supervisor=GONE, processes=[process(tmp_path, "nginx")])
    died = f"no stack runs in {tmp_path}: its supervisor died, and its processes with it; "
    assert died in refusal(tmp_path)
    with subprocess.Popen(["sleep", "60"]) as supervisor:
        note(tmp_path, supervisor=supervisor.pid, began=1.0, processes=[process(tmp_path, "nginx")])
        assert died in refusal(tmp_path)
        began = psutil.Process(supervisor.pid).create_time()
        note(tmp_path, supervisor=supervisor.pid, began=began, processes=[process(tmp_path, "nginx")])
        supervisor.kill()
        eventually(lambda: psutil.Process(supervisor.pid).status() == psutil.STATUS_ZOMBIE, "a dead one, unasked about")
        assert died in refusal(tmp_path)


def test_a_supervisor_that_died_before_its_processes(tmp_path: Path) -> None:
    note(tmp_path, began=1.0, processes=[process(tmp_path, "relay"), process(tmp_path, "nginx", pid=GONE)])
    (tmp_path / "pids.json").write_text(json.dumps({os.getpid(): own_start(), GONE: 1.0}))
    told = ask(tmp_path, "--json")
    assert told.returncode == 2
    status = json.loads(told.stdout)
    assert [p["state"] for p in status["processes"]] == ["left over", "stopped"]
    assert status["problems"] == [
        f"the supervisor died and nobody looks after what remains: relay ({os.getpid()}); "
        "make up ends these and starts the stack anew"
    ]


@pytest.mark.parametrize(("name", "content"), [("status.json", '{"supervisor": 1'), ("stack.json", '{"env": {"A"')])
def test_files_written_by_half(tmp_path: Path, name: str, content: str) -> None:
    note(tmp_path)
    (tmp_path / name).write_text(content)
    assert f"{tmp_path / name} is damaged" in refusal(tmp_path)


def test_a_home_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "status.json").mkdir()
    assert f"{tmp_path}/status.json cannot be read: Is a directory" in refusal(tmp_path)
    assert f"{tmp_path}/status.json/status.json" in refusal(tmp_path / "status.json" / "status.json")


def test_processes_that_cannot_stay(tmp_path: Path) -> None:
    """One crashes by itself, one because its port was taken; a first crash while the stack starts is told too."""
    (tmp_path / "relay.log").write_text("Traceback\n  File\nValueError: no such broker\n\n")
    with somebody_elses() as (port, _), subprocess.Popen(["sleep", "60"]) as other:
        try:
            crashing = process(tmp_path, "relay", state="restarting", failures=3, restarts=2)
            robbed = process(tmp_path, "nginx", state="starting", failures=1, ports=[port])
            began = psutil.Process(other.pid).create_time()
            note(tmp_path, supervisor=other.pid, began=began, processes=[crashing, robbed])
            status = json.loads(ask(tmp_path, "--json").stdout)
        finally:
            other.kill()
    log = tmp_path / "relay.log"
    assert status["problems"][1:] == [
        f"relay crashed 3 times in a row and is started again after a pause; its last words: ValueError: no such broker; see {log}",
        f"nginx cannot start: its port {port} is taken by {psutil.Process().name()} (process {os.getpid()}); "
        f"see {tmp_path / 'nginx.log'}",
    ]
    assert {"name", "pid", "state"} <= set(status["processes"][0])
    assert (status["deliveries"], status["replica_lag_seconds"]) == (None, None)


@pytest.mark.parametrize(("then", "seconds"), [((0.0, True), 0.0), ((46.0, True), 46.0)])
def test_a_word_on_its_way_is_no_delay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, then: tuple[float, bool], seconds: float
) -> None:
    """An idle primary that says something again: what its replica replayed before that was long ago."""
    said = iter([(45.0, True), then])
    monkeypatch.setattr(status, "_one", lambda _settings, _url, statement, names: (
        dict(zip(names, next(said), strict=True)) if statement == REPLICA else None
    ))  # fmt: skip
    note(tmp_path)
    found = status.gather(tmp_path, 1)
    assert (found["replica_lag_seconds"], found["replica_streaming"]) == (seconds, True)


def test_state_that_lives_elsewhere(tmp_path: Path) -> None:
    note(tmp_path, data="/var/tmp/techmart-d", sockets="/tmp/techmart-s", ready=False)
    said = ask(tmp_path).stdout
    assert f"home {tmp_path}, edge http://127.0.0.1:1, commit 0123456789ab\n" in said
    assert "databases and programs are in /var/tmp/techmart-d: " in said
    assert "the databases' sockets are in /tmp/techmart-s: " in said
    assert "wrong: the stack is still starting" in said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"deliveries": {"undone": 0, "dead": 2, "oldest_seconds": 0.0}}, "2 deliveries are dead"),
        ({"deliveries": None}, "the primary does not answer"),
        ({"replica_streaming": False}, "the replica does not stream from the primary"),
        ({"replica_streaming": None}, "the replica does not answer"),
        ({"replica_lag_seconds": 70.0}, "the replica is 70 s behind"),
        ({"settings": False, "deliveries": None}, "/home/stack.json is gone"),
        ({"full_disk": "/small"}, "the disk is nearly full under /small"),
    ],
)
def test_one_sentence_each(changed: dict[str, Any], said: str) -> None:
    well: dict[str, Any] = {
        "home": "/home",
        "supervised": True,
        "settings": True,
        "ready": True,
        "full_disk": None,
        "processes": [],
        "deliveries": {"undone": 7, "dead": 0, "oldest_seconds": 0.2},
        "replica_lag_seconds": 0.1,
        "replica_streaming": True,
    }
    assert problems(well) == []
    (problem,) = problems({**well, **changed})
    assert problem.startswith(said)
