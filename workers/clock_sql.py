"""SQL of the sweeps."""

from typing import Final

# The parent's lock is that of any CREATE or DROP of a partition: held for a moment, given up quickly.
LIMIT_LOCK_WAIT: Final = "SELECT set_config('lock_timeout', '500ms', true)"

SELECT_PARTITIONS: Final = """
SELECT child.relname FROM pg_inherits
  JOIN pg_class child ON child.oid = inhrelid
  JOIN pg_class parent ON parent.oid = inhparent
 WHERE parent.relname = %(parent)s AND child.relname ~ '_[0-9]{8}$' ORDER BY 1
"""

# A day whose rows already lie in the default partition stays there: it would have to be moved row by row.
DEFAULT_HOLDS_DAY: Final = """
SELECT EXISTS (SELECT 1 FROM outbox_event_default WHERE id >= %(low)s AND id < %(high)s)
    OR EXISTS (SELECT 1 FROM outbox_delivery_default WHERE event_id >= %(low)s AND event_id < %(high)s)
"""

CREATE_PARTITION: Final = "CREATE TABLE IF NOT EXISTS {name} PARTITION OF {parent} FOR VALUES FROM ({low}) TO ({high})"

DROP_PARTITION: Final = "DROP TABLE {name}"

# Taken by a replay of dead deliveries too, so that none comes back to life in a day that is being dropped.
LOCK_REPLAY: Final = "SELECT pg_advisory_xact_lock(hashtextextended('replay', 0))"

DAY_HAS_UNDONE: Final = """
SELECT EXISTS (SELECT 1 FROM outbox_delivery
                WHERE event_id >= %(low)s AND event_id < %(high)s AND done_at IS NULL AND dead_at IS NULL)
"""

KEEP_DEAD: Final = """
INSERT INTO outbox_dead (event_id, consumer, key, command_id, attempts, last_error, dead_at)
SELECT event_id, consumer, key, command_id, attempts, last_error, dead_at FROM outbox_delivery
 WHERE event_id >= %(low)s AND event_id < %(high)s AND dead_at IS NOT NULL
ON CONFLICT DO NOTHING
"""

DELETE_OLD_IDEMPOTENCY_KEYS: Final = """
DELETE FROM idempotency_key WHERE (principal, route, key) IN (
    SELECT principal, route, key FROM idempotency_key
     WHERE created_at < clock_timestamp() - interval '7 days' ORDER BY created_at LIMIT %(limit)s)
"""

# A used token is kept a day: presenting it again is how theft is noticed.
DELETE_OLD_SESSIONS: Final = """
DELETE FROM session WHERE id IN (
    SELECT id FROM session WHERE expires_at < clock_timestamp() - interval '1 day' LIMIT %(limit)s)
"""

DELETE_OLD_FAILURES: Final = """
DELETE FROM failure_count WHERE window_start < clock_timestamp() - interval '1 day'
"""

DELETE_OLD_WAKEUPS: Final = """
DELETE FROM consumer_wakeup WHERE rung_at < clock_timestamp() - interval '1 minute'
"""

# Tombstones have done their work once search nodes and caches have long seen them. `published_object` keeps the
# version, so that a document that comes back starts above it.
PURGE_TOMBSTONES: Final = """
DELETE FROM document d WHERE (kind, id) IN (
    SELECT kind, id FROM document
     WHERE state = 'gone' AND committed_at < clock_timestamp() - make_interval(days => %(days)s)
       AND kind NOT IN ('product', 'category')
     ORDER BY kind, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
"""
