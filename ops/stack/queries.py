"""What `techmart status` asks."""

from typing import Final

# Each branch reads a partial index of undone rows.
DELIVERIES: Final = """
WITH owed AS (
    SELECT next_at, dead_at FROM outbox_delivery WHERE done_at IS NULL
    UNION ALL
    SELECT asked_at, dead_at FROM outbox_keyed
)
SELECT count(*) FILTER (WHERE dead_at IS NULL),
       count(*) FILTER (WHERE dead_at IS NOT NULL) + (SELECT count(*) FROM outbox_dead),
       coalesce(extract(epoch FROM clock_timestamp() - min(next_at) FILTER (WHERE dead_at IS NULL)), 0)::float8
  FROM owed
"""

# An idle primary sends nothing: a replica that has replayed all it received is not behind.
REPLICA_LAG: Final = """
SELECT CASE
    WHEN pg_last_wal_receive_lsn() IS NOT DISTINCT FROM pg_last_wal_replay_lsn() THEN 0
    ELSE greatest(0, extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()))
END::float8
"""
