"""The order in which a stack comes up."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ops.stack import databases
from ops.stack.disk import require_no_full_disk
from ops.stack.errors import StackError
from ops.stack.home import Home, open_home
from ops.stack.ports import require_free
from ops.stack.supervisor import StopRequested, Supervisor, say
from ops.stack.topology import Topology

if TYPE_CHECKING:
    from edge.store import BotoStore

STARTS_MAX: Final = 3


def run(root: Path) -> None:
    """Start everything, print the ready line, stay until a signal, stop everything."""
    home = open_home(root)
    with _alone(home):
        starts = 1
        while not _run_once(home, last=starts == STARTS_MAX):
            starts += 1


def _run_once(home: Home, *, last: bool) -> bool:
    """False where another program took a port between its choice and its use: a new start chooses another."""
    supervisor = Supervisor(_topology_after_leftovers(home))
    supervisor.install_signals()
    failed: Exception | None = None
    try:
        _start(supervisor)
        supervisor.watch()
    except StopRequested:
        say("stopping")
    except Exception as error:
        require_no_full_disk(home.folders)
        failed = error
    finally:
        supervisor.stop()
    if failed is None:
        return True
    require_free(supervisor.topology.edge_port)
    lost = supervisor.topology.ports.lost()
    if last or lost is None or supervisor.asked_to_stop:
        raise failed
    say(f"port {lost} was taken by another program meanwhile; starting again on another")
    return False


def _topology_after_leftovers(home: Home) -> Topology:
    from ops.stack.pids import end_remembered

    if ended := end_remembered(home.root / "pids.json"):
        say(f"ended {ended} processes that an earlier start had left")
    home.ready_file.unlink(missing_ok=True)
    home.stack_file.unlink(missing_ok=True)
    return Topology(home)


def _start(supervisor: Supervisor) -> None:
    topology, began = supervisor.topology, time.monotonic()
    supervisor.note()
    if topology.home.relocated:
        say(f"databases and programs live in {topology.home.data}: their user cannot reach {topology.home.root}")
    databases.start(supervisor)
    supervisor.launch(*topology.poolers())
    say("starting the broker, the cache and the bucket")
    supervisor.launch(*topology.valkeys(), topology.store())
    topology.write_environment()
    os.environ.update(topology.env)
    _prepare_bucket()
    say("starting the application")
    supervisor.launch(*topology.sandboxes())
    supervisor.launch(*topology.applications)
    supervisor.launch(topology.edge())
    _bootstrap(supervisor)
    secret = topology.owner_password if topology.first_start else f"is in {topology.home.root / 'owner-password'}"
    say(f"the owner is owner@techmart.test, the password {secret}")
    say(f"all parts started in {time.monotonic() - began:.1f} s")
    supervisor.announce()


def _prepare_bucket() -> None:
    from edge.store import BotoStore
    from kernel.settings import StoreSettings, load

    (settings,) = load(StoreSettings)
    store = BotoStore(settings)
    prepare_bucket(store)
    store.require_conditions()


def prepare_bucket(store: BotoStore) -> None:
    """Make the bucket. A server that makes it by itself at the same moment may come between look and creation."""
    from edge.store import PreconditionFailedError

    try:
        store.prepare_local_bucket()
    except PreconditionFailedError:
        store.prepare_local_bucket()


def _bootstrap(supervisor: Supervisor) -> None:
    from ops import bootstrap

    bootstrap.run(supervisor.topology.owner_password, say, supervisor.tend)


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """One supervisor a home."""
    with (home.root / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StackError(
                f"a stack already runs in {home.root}; stop it first or choose another TECHMART_HOME"
            ) from error
        yield
