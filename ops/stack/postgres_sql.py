"""Statements that set a server up, run by its superuser over the local socket."""

from __future__ import annotations

from psycopg import sql

ROLE_EXISTS = "SELECT 1 FROM pg_roles WHERE rolname = %s"
DATABASE_EXISTS = "SELECT 1 FROM pg_database WHERE datname = %s"
CREATE_DATABASE = "CREATE DATABASE techmart OWNER techmart"
SLOT_STATE = "SELECT wal_status FROM pg_replication_slots WHERE slot_name = %s"
DROP_SLOT = "SELECT pg_drop_replication_slot(%s)"
SYSTEM_IDENTIFIER = "SELECT system_identifier::text FROM pg_control_system()"
CURRENT_LSN = "SELECT pg_current_wal_flush_lsn()::text"

# Bytes of the primary's log, as of the given place, that are not replayed yet; whether the rest is being received.
FOLLOWING = """
SELECT greatest(0, pg_wal_lsn_diff(%s::pg_lsn, pg_last_wal_replay_lsn()))::bigint,
       EXISTS (SELECT 1 FROM pg_stat_wal_receiver WHERE status = 'streaming')
"""

_ATTRIBUTES = {"techmart": "LOGIN CREATEDB", "replicator": "LOGIN REPLICATION"}


def role_statements(role: str, password: str, *, exists: bool) -> list[sql.Composed]:
    """Make or renew a role. Statements may run 30 s, wait 5 s for a lock, and idle 30 s in a transaction."""
    verb = sql.SQL("ALTER" if exists else "CREATE")
    name = sql.Identifier(role)
    made = sql.SQL("{} ROLE {} WITH {} PASSWORD {}").format(
        verb, name, sql.SQL(_ATTRIBUTES[role]), sql.Literal(password)
    )
    limits = ("statement_timeout = '30s'", "lock_timeout = '5s'", "idle_in_transaction_session_timeout = '30s'")
    set_limits = [sql.SQL("ALTER ROLE {} SET ").format(name) + sql.SQL(limit) for limit in limits]
    return [made, *(set_limits if role == "techmart" else [])]
