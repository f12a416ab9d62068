"""SQL of the relay and of the consumer framework.

Rows are claimed with SKIP LOCKED through the partial indexes of undone rows. Times are the database's.

Every claim answers with the same columns: event_id, key, command_id, request_id, traceparent, committed_at, revision,
attempts, lease_until, dead.
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

# For the metrics: so many rows of each consumer, the longest due first, through the indexes of undone rows. A delivery
# is as old as its event; its id tells, whatever its attempts did to `next_at`.
COUNT_OWED: Final = """
SELECT c, count(owed.next_at) FILTER (WHERE owed.next_at <= clock_timestamp()),
       coalesce(extract(epoch FROM clock_timestamp() - min(owed.at)), 0)::float8
  FROM unnest(%(consumers)s::text[]) AS c
  LEFT JOIN LATERAL (
       (SELECT next_at, uuid_extract_timestamp(event_id) AS at FROM outbox_delivery
         WHERE consumer = c AND done_at IS NULL AND dead_at IS NULL ORDER BY next_at LIMIT %(limit)s)
       UNION ALL
       (SELECT next_at, asked_at FROM outbox_keyed
         WHERE consumer = c AND dead_at IS NULL ORDER BY next_at LIMIT %(limit)s)) AS owed ON true
 GROUP BY c
"""

COUNT_DEAD: Final = """
SELECT c, count(dead.consumer)
  FROM unnest(%(consumers)s::text[]) AS c
  LEFT JOIN (
       (SELECT consumer FROM outbox_delivery WHERE dead_at IS NOT NULL ORDER BY dead_at DESC LIMIT %(limit)s)
       UNION ALL
       (SELECT consumer FROM outbox_keyed WHERE dead_at IS NOT NULL LIMIT %(limit)s)
       UNION ALL
       (SELECT consumer FROM outbox_dead LIMIT %(limit)s)) AS dead ON dead.consumer = c
 GROUP BY c
"""

# Transactional consumers -------------------------------------------------------------------------------------

SELECT_BATCH: Final = """
WITH batch AS (
    SELECT event_id, key, command_id, attempts FROM outbox_delivery
     WHERE consumer = %(consumer)s AND done_at IS NULL AND dead_at IS NULL AND NOT single AND next_at <= clock_timestamp()
     ORDER BY next_at LIMIT %(limit)s
       FOR UPDATE SKIP LOCKED
)
SELECT b.event_id, b.key, b.command_id, e.request_id, e.traceparent, pg_xact_commit_timestamp(e.xmin),
       0::bigint, b.attempts, NULL::timestamptz, false
  FROM batch b LEFT JOIN outbox_event e ON e.id = b.event_id
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
SELECT d.event_id, d.key
  FROM unnest(%(event_ids)s::uuid[], %(keys)s::text[]) AS wanted (event_id, key)
  JOIN outbox_delivery d ON d.event_id = wanted.event_id AND d.key = wanted.key AND d.consumer = %(consumer)s
 WHERE d.done_at IS NULL AND d.dead_at IS NULL
   FOR UPDATE OF d SKIP LOCKED
"""

FINISH_BATCH: Final = """
UPDATE outbox_delivery d SET done_at = clock_timestamp(), last_error = NULL
  FROM unnest(%(event_ids)s::uuid[], %(keys)s::text[]) AS done (event_id, key)
 WHERE d.event_id = done.event_id AND d.key = done.key AND d.consumer = %(consumer)s
"""

# Rows that somebody works on are his: whoever waits for them here may hold what he waits for.
MARK_SINGLE: Final = """
UPDATE outbox_delivery d SET single = true
  FROM (SELECT o.event_id, o.consumer, o.key
          FROM unnest(%(event_ids)s::uuid[], %(keys)s::text[]) AS failed (event_id, key)
          JOIN outbox_delivery o ON o.event_id = failed.event_id AND o.key = failed.key AND o.consumer = %(consumer)s
         WHERE o.done_at IS NULL AND o.dead_at IS NULL
           FOR UPDATE OF o SKIP LOCKED) AS free
 WHERE d.event_id = free.event_id AND d.consumer = free.consumer AND d.key = free.key
"""

# The attempt is committed before the effect begins: one that kills its worker is counted too.
CLAIM_SINGLE: Final = """
WITH taken AS (
    SELECT event_id, consumer, key FROM outbox_delivery
     WHERE consumer = %(consumer)s AND done_at IS NULL AND dead_at IS NULL AND single AND next_at <= clock_timestamp()
     ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE outbox_delivery d SET attempts = attempts + 1,
       next_at = clock_timestamp() + least(interval '5 min', interval '1 s' * power(2, attempts)),
       dead_at = CASE WHEN attempts >= %(attempts_max)s THEN clock_timestamp() END,
       last_error = CASE WHEN attempts >= %(attempts_max)s THEN coalesce(last_error, 'its workers never came back')
                         ELSE last_error END
  FROM taken LEFT JOIN outbox_event e ON e.id = taken.event_id
 WHERE d.event_id = taken.event_id AND d.consumer = taken.consumer AND d.key = taken.key
RETURNING d.event_id, d.key, d.command_id, e.request_id, e.traceparent, pg_xact_commit_timestamp(e.xmin),
          0::bigint, d.attempts, NULL::timestamptz, d.dead_at IS NOT NULL
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

# An intent that its worker is deleting right now is no killed worker's.
STALE_INTENTS: Final = """
DELETE FROM claim_intent WHERE id IN (
    SELECT id FROM claim_intent WHERE at < clock_timestamp() - make_interval(secs => %(seconds)s)
       FOR UPDATE SKIP LOCKED)
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
       dead_at = CASE WHEN attempts >= %(attempts_max)s THEN clock_timestamp() END,
       last_error = CASE WHEN attempts >= %(attempts_max)s THEN coalesce(last_error, 'its workers never came back')
                         ELSE last_error END
  FROM taken LEFT JOIN outbox_event e ON e.id = taken.event_id
 WHERE d.event_id = taken.event_id AND d.consumer = taken.consumer AND d.key = taken.key
RETURNING d.event_id, d.key, d.command_id, e.request_id, e.traceparent, pg_xact_commit_timestamp(e.xmin),
          0::bigint, d.attempts, d.lease_until, d.dead_at IS NOT NULL
"""

# Done is done, also where the lease ran out meanwhile and another worker gave the row up.
FINISH_DELIVERIES: Final = """
UPDATE outbox_delivery d SET done_at = clock_timestamp(), dead_at = NULL, lease_until = NULL, last_error = NULL
  FROM unnest(%(event_ids)s::uuid[], %(keys)s::text[]) AS done (event_id, key)
 WHERE d.event_id = done.event_id AND d.key = done.key AND d.consumer = %(consumer)s AND d.done_at IS NULL
"""

# An outage of what the effect needs is nobody's fault: the row waits, keeps its attempts and never dies of it.
# A worker whose lease ran out has no say in a row that another took.
FAIL_DELIVERIES: Final = """
UPDATE outbox_delivery d SET lease_until = NULL, last_error = failed.error,
       attempts = attempts - failed.away::int,
       next_at = clock_timestamp() + CASE WHEN failed.away THEN interval '2 s'
                                          ELSE least(interval '5 min', interval '0.5 s' * power(2, attempts)) END,
       dead_at = CASE WHEN attempts >= %(attempts_max)s AND NOT failed.away THEN clock_timestamp() END
  FROM unnest(%(event_ids)s::uuid[], %(keys)s::text[], %(leases)s::timestamptz[], %(errors)s::text[], %(away)s::boolean[])
       AS failed (event_id, key, lease, error, away)
 WHERE d.event_id = failed.event_id AND d.key = failed.key AND d.consumer = %(consumer)s
   AND d.lease_until = failed.lease AND d.done_at IS NULL AND d.dead_at IS NULL
"""

LEASE_KEYED: Final = """
WITH taken AS (
    SELECT consumer, key, event_id FROM outbox_keyed
     WHERE consumer = %(consumer)s AND dead_at IS NULL AND next_at <= clock_timestamp()
       AND (lease_until IS NULL OR lease_until < clock_timestamp())
       AND (attempts = 0) = %(fresh)s
     ORDER BY next_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE outbox_keyed k SET attempts = attempts + 1, lease_until = clock_timestamp() + make_interval(secs => %(lease)s),
       dead_at = CASE WHEN attempts >= %(attempts_max)s THEN clock_timestamp() END,
       last_error = CASE WHEN attempts >= %(attempts_max)s THEN coalesce(last_error, 'its workers never came back')
                         ELSE last_error END
  FROM taken LEFT JOIN outbox_event e ON e.id = taken.event_id
 WHERE k.consumer = taken.consumer AND k.key = taken.key
RETURNING k.event_id, k.key, k.command_id, e.request_id, e.traceparent, pg_xact_commit_timestamp(e.xmin),
          k.revision, k.attempts, k.lease_until, k.dead_at IS NOT NULL
"""

# Only what was claimed is finished: a row asked for again meanwhile stays for the next claim, at once unless another
# worker has it by now.
FINISH_KEYED: Final = """
WITH done AS (
    SELECT * FROM unnest(%(keys)s::text[], %(revisions)s::bigint[], %(leases)s::timestamptz[]) AS d (key, revision, lease)
), deleted AS (
    DELETE FROM outbox_keyed k USING done d
     WHERE k.consumer = %(consumer)s AND k.key = d.key AND k.revision = d.revision
)
UPDATE outbox_keyed k SET lease_until = NULL, attempts = 0, last_error = NULL FROM done d
 WHERE k.consumer = %(consumer)s AND k.key = d.key AND k.revision <> d.revision AND k.lease_until = d.lease
"""

# What was asked for again meanwhile has not been tried.
FAIL_KEYED: Final = """
UPDATE outbox_keyed k SET lease_until = NULL, last_error = failed.error,
       attempts = CASE WHEN k.revision <> failed.revision THEN 0 ELSE attempts - failed.away::int END,
       next_at = clock_timestamp() + CASE WHEN failed.away THEN interval '2 s'
                                          ELSE least(interval '5 min', interval '0.5 s' * power(2, attempts)) END,
       dead_at = CASE WHEN attempts >= %(attempts_max)s AND NOT failed.away AND k.revision = failed.revision
                      THEN clock_timestamp() END
  FROM unnest(%(keys)s::text[], %(revisions)s::bigint[], %(leases)s::timestamptz[], %(errors)s::text[], %(away)s::boolean[])
       AS failed (key, revision, lease, error, away)
 WHERE k.consumer = %(consumer)s AND k.key = failed.key AND k.lease_until = failed.lease AND k.dead_at IS NULL
"""
