"""SQL of the audits that depend on the schema alone, and of looking a second time."""

from typing import Final

# Which of these delivery keys still have work undone. A dead delivery explains nothing: nobody will do it.
SELECT_UNDONE_KEYS: Final = """
SELECT key FROM outbox_delivery WHERE done_at IS NULL AND dead_at IS NULL AND key = ANY(%(keys)s)
UNION
SELECT key FROM outbox_keyed WHERE dead_at IS NULL AND key = ANY(%(keys)s)
"""

COUNT_LEVELS: Final = "SELECT count(*) FROM stock_level"

# Both directions: a level without its movements, and movements without a level.
SELECT_WRONG_LEVELS: Final = """
SELECT coalesce(level.sku, ledger.sku), coalesce(level.location, ledger.location),
       coalesce(level.bucket, ledger.bucket),
       coalesce(level.on_hand, 0), coalesce(ledger.on_hand, 0),
       coalesce(level.allocated, 0), coalesce(ledger.allocated, 0),
       coalesce(level.reserved, 0), coalesce(ledger.reserved, 0)
  FROM stock_level AS level
  FULL JOIN (SELECT sku, location, bucket, sum(on_hand) AS on_hand, sum(allocated) AS allocated,
                    sum(reserved) AS reserved
               FROM stock_movement GROUP BY sku, location, bucket) AS ledger
       ON (level.sku, level.location, level.bucket) = (ledger.sku, ledger.location, ledger.bucket)
 WHERE (coalesce(level.on_hand, 0), coalesce(level.allocated, 0), coalesce(level.reserved, 0))
       <> (coalesce(ledger.on_hand, 0), coalesce(ledger.allocated, 0), coalesce(ledger.reserved, 0))
    OR least(level.on_hand, level.allocated, level.reserved,
             level.on_hand - level.allocated - level.reserved) < 0
 ORDER BY 1, 2, 3
"""

COUNT_DELIVERIES: Final = """
SELECT (SELECT count(*) FROM outbox_delivery) + (SELECT count(*) FROM outbox_keyed)
     + (SELECT count(*) FROM outbox_dead)
"""

# Keyed rows wait, rightly, while a feed with a fresh heartbeat pours in. A row that a worker holds on a
# lease is overdue all the same when it was due that long ago.
SELECT_OVERDUE: Final = """
SELECT consumer, key, attempts, last_error,
       extract(epoch FROM clock_timestamp() - next_at)::float8
  FROM outbox_delivery
 WHERE done_at IS NULL AND dead_at IS NULL AND next_at < clock_timestamp() - %(seconds)s * interval '1 second'
UNION ALL
SELECT consumer, key, attempts, last_error,
       extract(epoch FROM clock_timestamp() - next_at)::float8
  FROM outbox_keyed
 WHERE dead_at IS NULL AND next_at < clock_timestamp() - %(seconds)s * interval '1 second'
   AND NOT EXISTS (SELECT FROM import_run
                    WHERE state = 'running' AND heartbeat_at > clock_timestamp() - interval '10 seconds')
 ORDER BY 5 DESC
"""

SELECT_DEAD: Final = """
SELECT consumer, key, attempts, last_error FROM outbox_delivery WHERE dead_at IS NOT NULL
UNION ALL
SELECT consumer, key, attempts, last_error FROM outbox_keyed WHERE dead_at IS NOT NULL
UNION ALL
SELECT consumer, key, attempts, last_error FROM outbox_dead
"""

# Work that died or is overdue gets a new life: due now, first attempt, one by one.
REVIVE_DELIVERIES: Final = """
UPDATE outbox_delivery SET
       dead_at = NULL, attempts = 0, next_at = clock_timestamp(), lease_until = NULL, single = true
 WHERE done_at IS NULL AND (consumer, key) IN (SELECT * FROM unnest(%(consumers)s::text[], %(keys)s::text[]))
"""
REVIVE_KEYED: Final = """
UPDATE outbox_keyed SET
       dead_at = NULL, attempts = 0, next_at = clock_timestamp(), lease_until = NULL, single = true
 WHERE (consumer, key) IN (SELECT * FROM unnest(%(consumers)s::text[], %(keys)s::text[]))
"""
# A delivery kept after its day was dropped returns as a new one of the same event.
REVIVE_KEPT: Final = """
WITH kept AS (
    DELETE FROM outbox_dead
     WHERE (consumer, key) IN (SELECT * FROM unnest(%(consumers)s::text[], %(keys)s::text[]))
    RETURNING event_id, consumer, key, command_id
)
INSERT INTO outbox_delivery (event_id, consumer, key, command_id, single)
SELECT event_id, consumer, key, command_id, true FROM kept
"""

SELECT_AUDIT_TRAIL: Final = """
SELECT sequence, at, actor_id, action, subject, before, after, previous, hash
  FROM audit_entry ORDER BY sequence
"""
