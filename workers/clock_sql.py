"""SQL of the sweeps."""

from typing import Final

# Making or dropping a partition locks its parent for a moment; a command in its way is not kept waiting.
LIMIT_LOCK_WAIT: Final = "SELECT set_config('lock_timeout', '500ms', true)"

PREPARE_DAYS: Final = "SELECT prepare_outbox_partitions(%(days)s::int)"

DROP_OLD_DAYS: Final = "SELECT drop_outbox_partitions(%(keep_days)s::int)"

SWEEP_DEFAULTS: Final = "SELECT sweep_outbox_defaults(%(keep_days)s::int)"

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
     WHERE state = 'gone' AND committed_at < clock_timestamp() - make_interval(days => %(days)s::int)
       AND kind NOT IN ('product', 'category')
     ORDER BY kind, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
"""
