"""Replicas that cannot follow any more: the start copies them again and says so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from ops.stack import databases
from ops.stack.errors import StackError
from ops.stack.home import open_home
from ops.stack.postgres import Postgres
from ops.stack.postgres_sql import FOLLOWING
from ops.stack.process import Spec
from ops.stack.queries import REPLICA
from ops.stack.supervisor import Supervisor
from ops.stack.topology import Topology
from tests.support.polling import eventually
from tests.support.stack import free_port

SWITCH_LOG = "SELECT pg_switch_wal() FROM (SELECT txid_current()) AS something_to_log"
PROMOTE = "SELECT pg_promote()"
FORGET_PRIMARY = "ALTER SYSTEM SET primary_conninfo = ''"
RELOAD = "SELECT pg_reload_conf()"


@pytest.fixture
def topology(home: Path, monkeypatch: pytest.MonkeyPatch) -> Topology:
    monkeypatch.setenv("TECHMART_PORT", str(free_port()))
    monkeypatch.setenv("TECHMART_ENV", "test")
    return Topology(open_home(home))


@contextmanager
def running(topology: Topology) -> Iterator[tuple[Postgres, Postgres]]:
    """Both servers started as `techmart up` starts them."""
    supervisor = Supervisor(topology)
    try:
        databases.start(supervisor)
        yield topology.databases()
    finally:
        supervisor.stop()


def follows(replica: Postgres) -> bool:
    row = replica.ask(FOLLOWING, ("0/0",))
    return row is not None and bool(row[1])


def let_primary_go_on_alone(topology: Topology, primary: Postgres) -> None:
    """More changes than the primary keeps for a replica that is away."""
    spec = primary.spec()
    small = ("max_slot_wal_keep_size=16MB", "wal_keep_size=0", "max_wal_size=32MB", "min_wal_size=32MB")
    command = [*spec.command, *(word for setting in small for word in ("-c", setting))]
    alone = Spec(spec.name, command, spec.env, spec.ready, spec.user, spec.stop_signal)
    supervisor = Supervisor(topology)
    try:
        supervisor.launch(alone)
        for _ in range(4):
            primary.ask(SWITCH_LOG)
        with primary.connect() as conn:
            conn.execute("CHECKPOINT")
        assert primary.slot_state() == "lost"
    finally:
        supervisor.stop()


def test_a_replica_that_cannot_follow_is_copied_again(topology: Topology, capsys: pytest.CaptureFixture[str]) -> None:
    with running(topology) as (primary, replica):
        assert follows(replica)
        assert replica.ask(PROMOTE) == (True,)
    capsys.readouterr()

    with running(topology) as (primary, replica):
        assert follows(replica)
        assert "it went its own way, and is kept as postgres-replica.kept-1" in capsys.readouterr().out
        assert (topology.home.data / "postgres-replica.kept-1" / "PG_VERSION").exists()

    let_primary_go_on_alone(topology, primary)
    capsys.readouterr()
    with running(topology) as (primary, replica):
        assert follows(replica)
        assert "it was away so long that the primary keeps no more" in capsys.readouterr().out

    shutil.rmtree(replica.folder / "pg_wal")
    with running(topology) as (primary, replica):
        assert follows(replica)
        assert "copying the replica again: postgres-replica ended while starting" in capsys.readouterr().out

    (replica.folder / "global" / "pg_control").write_bytes(b"damaged")
    with running(topology) as (primary, replica):
        assert follows(replica)
        assert "copying the replica again: its control file is damaged" in capsys.readouterr().out

    with running(topology) as (primary, replica):
        assert follows(replica)
        assert "copying" not in capsys.readouterr().out


def test_a_replica_without_its_primary_is_not_overwritten(topology: Topology) -> None:
    with running(topology) as (primary, replica):
        pass
    shutil.rmtree(primary.folder)
    with pytest.raises(StackError, match="its primary is not"), running(topology):
        pass
    assert replica.exists()


def test_a_replica_that_lost_its_primary_is_told_of(topology: Topology) -> None:
    """It has replayed all it received, and still nobody knows how far it is behind."""
    with running(topology) as (_, replica), psycopg.connect(replica_url(topology), autocommit=True) as shop:
        assert shop.execute(REPLICA).fetchone() == (0.0, True)
        with replica.connect() as conn:
            conn.execute(FORGET_PRIMARY)
            conn.execute(RELOAD)
        eventually(lambda: shop.execute(REPLICA).fetchone() == (None, False), "it on its own")


def replica_url(topology: Topology) -> str:
    return topology.env["TECHMART_DATABASE_READ_URL"]
