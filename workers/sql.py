"""SQL of the relay and of the consumer framework.

Rows are claimed with SKIP LOCKED through the partial indexes of undone rows. Times are the database's.
"""

from typing import Final

# The relay: which consumers have a row ready. One probe a consumer and table, never a count.
SELECT_READY: Final = """
SELECT c FROM unnest(%(consumers)s::text[]) AS c
 WHERE EXISTS (SELECT 1 FROM outbox_delivery
                WHERE consumer = c AND done_at IS NULL AND dead_at IS NULL AND next_at <= clock_timestamp()
                  AND (lease_until IS NULL OR lease_until < clock_timestamp()))
    OR EXISTS (SELECT 1 FROM outbox_keyed
                WHERE consumer = c AND dead_at IS NULL AND next_at <= clock_timestamp()
                  AND (lease_until IS NULL OR lease_until < clock_timestamp()))
"""

# A feed that pours in holds lists back; a heartbeat older than 10 s is a dead import's.
IMPORT_RUNS: Final = """
SELECT EXISTS (SELECT 1 FROM import_run WHERE state = 'running' AND heartbeat_at > clock_timestamp() - interval '10 s')
"""

# Whoever gets a row back sends the message; a wake-up that nobody cleared for 2 s is sent again.
RING: Final = """
INSERT INTO consumer_wakeup (consumer, rung_at)
SELECT c, clock_timestamp() FROM unnest(%(consumers)s::text[]) AS c ORDER BY c
ON CONFLICT (consumer) DO UPDATE SET rung_at = EXCLUDED.rung_at
 WHERE consumer_wakeup.rung_at < clock_timestamp() - interval '2 s'
RETURNING consumer
"""

CLEAR_WAKEUP: Final = "DELETE FROM consumer_wakeup WHERE consumer = %(consumer)s"

# Transactional consumers -------------------------------------------------------------------------------------

SELECT_BATCH: Final = """
SELECT event_id, key FROM outbox_delivery
 WHERE consumer = %(consumer)s AND done_at IS NULL AND dead_at IS NULL AND NOT single AND next_at <= clock_timestamp()
 ORDER BY next_at LIMIT %(limit)s
   FOR UPDATE SKIP LOCKED
"""

INSERT_INTENT: Final = """
INSERT INTO claim_intent (consumer, worker, event_ids, keys)
VALUES (%(consumer)s, %(worker)s, %(event_ids)s, %(keys)s) RETURNING id
"""

# An effect that takes longer loses its connection, so that an intent older than this is a killed worker's.
LIMIT_TRANSACTION: Final = "SELECT set_config('transaction_timeout', %(milliseconds)s, true)"

DELETE_INTENT: Final = "DELETE FROM claim_intent WHERE id = %(intent)s"

# The locks of the effect's own transaction; rows that another worker took meanwhile are left to it.
LOCK_BATCH: Final = """
SELECT d.event_id, d.key, d.command_id, e.request_id, pg_xact_commit_timestamp(e.xmin)
  FROM unnest(%(event_ids)s::uuid[], %(keys)s::text[]) AS wanted (event_id, key)
  JOIN outbox_delivery d ON d.event_id = wanted.event_id AND d.key = wanted.key AND d.consumer = %(consumer)s
  LEFT JOIN outbox_event e ON e.id = d.event_id
 WHERE d.done_at IS NULL AND d.dead_at IS NULL
   FOR UPDATE OF d SKIP LOCKED
"""

FINISH_BATCH: Final = """
UPDATE outbox_delivery d SET done_at = clock_timestamp(), last_error = NULL
  FROM unnest(%(event_ids)s::uuid[], %(keys)s::text[]) AS done (event_id, key)
 WHERE d.event_id = done.event_id AND d.key = done.key AND d.consumer = %(consumer)s
"""

MARK_SINGLE: Final = """
UPDATE outbox_delivery d SET single = true
  FROM unnest(%(event_ids)s::uuid[], %(keys)s::text[]) AS failed (event_id, key)
 WHERE d.event_id = failed.event_id AND d.key = failed.key AND d.consumer = %(consumer)s
   AND d.done_at IS NULL AND d.dead_at IS NULL
"""

# The attempt is committed before the effect begins: one that kills its worker is counted too.
CLAIM_SINGLE: Final = """
UPDATE outbox_delivery d SET attempts = attempts + 1,
       next_at = clock_timestamp() + least(interval '5 min', interval '1 s' * power(2, attempts)),
       dead_at = CASE WHEN attempts + 1 > %(attempts_max)s THEN clock_timestamp() END
 WHERE (event_id, consumer, key) IN (
    SELECT event_id, consumer, key FROM outbox_delivery
     WHERE consumer = %(consumer)s AND done_at IS NULL AND dead_at IS NULL AND single AND next_at <= clock_timestamp()
     ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING event_id, key, attempts, dead_at IS NOT NULL
"""

RECORD_ERROR: Final = """
UPDATE outbox_delivery SET last_error = %(error)s,
       dead_at = CASE WHEN attempts >= %(attempts_max)s THEN clock_timestamp() END
 WHERE event_id = %(event_id)s AND consumer = %(consumer)s AND key = %(key)s AND done_at IS NULL
"""

# A lock not granted, a connection lost: nothing was tried, so nothing is counted.
GIVE_BACK_SINGLE: Final = """
UPDATE outbox_delivery SET attempts = attempts - 1, next_at = clock_timestamp() + interval '1 s'
 WHERE event_id = %(event_id)s AND consumer = %(consumer)s AND key = %(key)s AND done_at IS NULL AND dead_at IS NULL
"""

STALE_INTENTS: Final = """
DELETE FROM claim_intent WHERE at < clock_timestamp() - make_interval(secs => %(seconds)s)
RETURNING consumer, event_ids, keys
"""

# Leased consumers --------------------------------------------------------------------------------------------

# A row tried before is taken alone, so that what kills a worker takes nothing with it; the attempt is counted
# now, so that it cannot go on killing.
LEASE_DELIVERIES: Final = """
WITH taken AS (
    SELECT event_id, consumer, key FROM outbox_delivery
     WHERE consumer = %(consumer)s AND done_at IS NULL AND dead_at IS NULL AND next_at <= clock_timestamp()
       AND (lease_until IS NULL OR lease_until < clock_timestamp())
       AND (attempts = 0) = %(fresh)s
     ORDER BY next_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE outbox_delivery d SET attempts = attempts + 1, lease_until = clock_timestamp() + make_interval(secs => %(lease)s),
       dead_at = CASE WHEN attempts >= %(attempts_max)s THEN clock_timestamp() END
  FROM taken
 WHERE d.event_id = taken.event_id AND d.consumer = taken.consumer AND d.key = taken.key
RETURNING d.event_id, d.key, 0::bigint, d.command_id, d.attempts, d.dead_at IS NOT NULL
"""

FINISH_DELIVERIES: Final = """
UPDATE outbox_delivery d SET done_at = clock_timestamp(), lease_until = NULL, last_error = NULL
  FROM unnest(%(event_ids)s::uuid[], %(keys)s::text[]) AS done (event_id, key)
 WHERE d.event_id = done.event_id AND d.key = done.key AND d.consumer = %(consumer)s
"""

# An outage of what the effect needs is nobody's fault: the row waits, keeps its attempts and never dies of it.
FAIL_DELIVERIES: Final = """
UPDATE outbox_delivery d SET lease_until = NULL, last_error = failed.error,
       attempts = attempts - failed.away::int,
       next_at = clock_timestamp() + CASE WHEN failed.away THEN interval '2 s'
                                          ELSE least(interval '5 min', interval '0.5 s' * power(2, attempts)) END,
       dead_at = CASE WHEN attempts >= %(attempts_max)s AND NOT failed.away THEN clock_timestamp() END
  FROM unnest(%(event_ids)s::uuid[], %(keys)s::text[], %(errors)s::text[], %(away)s::boolean[])
       AS failed (event_id, key, error, away)
 WHERE d.event_id = failed.event_id AND d.key = failed.key AND d.consumer = %(consumer)s
"""

LEASE_KEYED: Final = """
WITH taken AS (
    SELECT consumer, key FROM outbox_keyed
     WHERE consumer = %(consumer)s AND dead_at IS NULL AND next_at <= clock_timestamp()
       AND (lease_until IS NULL OR lease_until < clock_timestamp())
       AND (attempts = 0) = %(fresh)s
     ORDER BY next_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE outbox_keyed k SET attempts = attempts + 1, lease_until = clock_timestamp() + make_interval(secs => %(lease)s),
       dead_at = CASE WHEN attempts >= %(attempts_max)s THEN clock_timestamp() END
  FROM taken WHERE k.consumer = taken.consumer AND k.key = taken.key
RETURNING k.event_id, k.key, k.revision, k.command_id, k.attempts, k.dead_at IS NOT NULL
"""

# Only what was claimed is finished: a row asked for again meanwhile stays for the next claim.
FINISH_KEYED: Final = """
WITH done AS (
    SELECT * FROM unnest(%(keys)s::text[], %(revisions)s::bigint[]) AS d (key, revision)
), deleted AS (
    DELETE FROM outbox_keyed k USING done d
     WHERE k.consumer = %(consumer)s AND k.key = d.key AND k.revision = d.revision
)
UPDATE outbox_keyed k SET lease_until = NULL, attempts = 0, last_error = NULL FROM done d
 WHERE k.consumer = %(consumer)s AND k.key = d.key AND k.revision <> d.revision
"""

FAIL_KEYED: Final = """
UPDATE outbox_keyed k SET lease_until = NULL, last_error = failed.error,
       attempts = attempts - failed.away::int,
       next_at = clock_timestamp() + CASE WHEN failed.away THEN interval '2 s'
                                          ELSE least(interval '5 min', interval '0.5 s' * power(2, attempts)) END,
       dead_at = CASE WHEN attempts >= %(attempts_max)s AND NOT failed.away THEN clock_timestamp() END
  FROM unnest(%(keys)s::text[], %(errors)s::text[], %(away)s::boolean[]) AS failed (key, error, away)
 WHERE k.consumer = %(consumer)s AND k.key = failed.key
"""
