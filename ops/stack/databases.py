"""The pair of Postgres servers: made once, migrated, and a replica that is copied again when it can follow no more."""

from __future__ import annotations

import shutil
import time
from itertools import count
from typing import Final

import psycopg

from ops.stack.disk import mb, require_no_full_disk
from ops.stack.errors import StackError
from ops.stack.postgres import Postgres
from ops.stack.postgres_sql import CURRENT_LSN, FOLLOWING, SYSTEM_IDENTIFIER
from ops.stack.supervisor import Supervisor, say

FOLLOW_SECONDS: Final = 15.0
"""A replica that comes no closer for so long does not follow: it asks its primary again every 5 seconds."""
SAY_SECONDS: Final = 5.0


def start(supervisor: Supervisor) -> None:
    """Start the primary, bring its schema up to date, start the replica and wait until it has caught up."""
    from migrations.runner import migrate

    topology = supervisor.topology
    primary, replica = topology.databases()
    for server in (primary, replica):
        server.write_config()
    if not primary.exists():
        _refuse_to_lose(replica)
        say("making the database")
        primary.initialise()
    say("starting the database")
    supervisor.launch(primary.spec())
    primary.prepare(topology.passwords, "techmart")
    applied = migrate(topology.env["TECHMART_DATABASE_DIRECT_URL"])
    if applied:
        say(f"migrated: {', '.join(applied)}")
    _start_replica(supervisor, primary, replica)


def _refuse_to_lose(replica: Postgres) -> None:
    """A replica without its primary may hold the only copy of the shop."""
    if replica.folder.exists() and any(replica.folder.iterdir()):
        raise StackError(
            f"{replica.folder} is there but its primary is not: put {replica.folder.parent}/postgres-primary back, "
            "or move the replica away to begin anew"
        )


def _start_replica(supervisor: Supervisor, primary: Postgres, replica: Postgres) -> None:
    reason = _unfit(primary, replica) or _follow(supervisor, primary, replica)
    if reason is None:
        return
    say(reason)
    supervisor.retire(replica.name)
    shutil.rmtree(replica.folder, ignore_errors=True)
    replica.copy_from(primary, supervisor.topology.passwords["replicator"])
    if reason := _follow(supervisor, primary, replica):
        raise StackError(f"the replica does not follow although it was just copied; see {supervisor.home.logs}")


def _unfit(primary: Postgres, replica: Postgres) -> str | None:
    """Why the replica has to be copied before it can be started at all."""
    try:
        if not replica.exists():
            return "copying the replica"
    except StackError as error:
        return f"copying the replica again: {error}"
    identifier = replica.system_identifier()
    if identifier is None:
        return "copying the replica again: its control file is damaged"
    if primary.ask(SYSTEM_IDENTIFIER) != (identifier,) or not replica.is_standby():
        return f"copying the replica again: it went its own way, and is kept as {_set_aside(replica)}"
    if primary.slot_state() in {None, "lost"}:
        return "copying the replica again: it was away so long that the primary keeps no more of what it missed"
    return None


def _set_aside(replica: Postgres) -> str:
    """Its own changes stand nowhere else, so nothing deletes them."""
    for number in count(1):
        kept = replica.folder.with_name(f"{replica.name}.kept-{number}")
        if not kept.exists():
            replica.folder.rename(kept)
            break
    return kept.name


def _follow(supervisor: Supervisor, primary: Postgres, replica: Postgres) -> str | None:
    """Start the replica and wait until it has replayed all there is now; the reason where it does not."""
    try:
        supervisor.launch(replica.spec())
    except StackError as error:
        require_no_full_disk(supervisor.home.folders)
        return f"copying the replica again: {error}"
    target = (primary.ask(CURRENT_LSN) or ("0/0",))[0]
    behind, moved_at, said_at = -1, time.monotonic(), time.monotonic()
    while time.monotonic() - moved_at < FOLLOW_SECONDS:
        left, streaming = _position(replica, target)
        if streaming and left == 0:
            return None
        if left != behind:
            behind, moved_at = left, time.monotonic()
        if time.monotonic() - said_at > SAY_SECONDS:
            said_at = time.monotonic()
            say(f"the replica is catching up: {mb(left)} to go")
        time.sleep(0.05)
    return f"copying the replica again: it does not follow its primary; its log says why: {replica.name}.log"


def _position(replica: Postgres, target: str) -> tuple[int, bool]:
    try:
        row = replica.ask(FOLLOWING, (target,))
    except psycopg.OperationalError:
        return -1, False
    return (int(row[0] or 0), bool(row[1])) if row else (-1, False)
