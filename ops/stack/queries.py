"""What `techmart status` asks the databases."""

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

# NULL where nothing was replayed since the replica's start. An idle primary sends nothing: a replica that receives, and has replayed all it received, is not behind. The shop's role
# may not see in what state the receiver is, only that there is one: it ends with its connection.
REPLICA: Final = """
SELECT CASE
           WHEN receives AND pg_last_wal_receive_lsn() IS NOT DISTINCT FROM pg_last_wal_replay_lsn() THEN 0
           WHEN replayed_at > clock_timestamp() THEN 0
           ELSE extract(epoch FROM clock_timestamp() - replayed_at)
       END::float8,
       receives
  FROM (SELECT EXISTS (SELECT 1 FROM pg_stat_wal_receiver) AS receives, pg_last_xact_replay_timestamp() AS replayed_at) AS now
"""
