"""SQL of the projection engine."""

from typing import Final

# A missing row starts at the version last published: rebuilt documents still replace what stands in the bucket.
INSERT_MISSING: Final = """
INSERT INTO document (kind, id, version)
SELECT %(kind)s, wanted.id,
       coalesce((SELECT max(p.version) FROM published_object p WHERE p.kind = ANY(%(published_kinds)s) AND p.id = wanted.id), 0)
  FROM unnest(%(ids)s::text[]) AS wanted (id)
 WHERE NOT EXISTS (SELECT 1 FROM document d WHERE d.kind = %(kind)s AND d.id = wanted.id)
 ORDER BY wanted.id
ON CONFLICT DO NOTHING
"""

# Sorted, so that two projections of overlapping batches take turns instead of waiting for each other.
LOCK_DOCUMENTS: Final = """
SELECT id, version, state, hash, content::text FROM document
 WHERE kind = %(kind)s AND id = ANY(%(ids)s) ORDER BY id FOR UPDATE
"""

STORE_DOCUMENTS: Final = """
UPDATE document d
   SET version = changed.version, state = changed.state, hash = decode(changed.hash, 'hex'),
       content = coalesce(changed.content::json, d.content), changed_xid = pg_current_xact_id(),
       committed_at = coalesce(changed.committed_at, d.committed_at),
       command_ids = (SELECT coalesce(array_agg(c), '{}') FROM
           (SELECT c FROM unnest(d.command_ids || changed.command_id) WITH ORDINALITY AS u (c, n)
             WHERE c IS NOT NULL ORDER BY n DESC LIMIT 8) AS last)
  FROM unnest(%(ids)s::text[], %(versions)s::bigint[], %(states)s::text[], %(hashes)s::text[], %(contents)s::text[],
              %(committed)s::timestamptz[], %(command_ids)s::uuid[])
       AS changed (id, version, state, hash, content, committed_at, command_id)
 WHERE d.kind = %(kind)s AND d.id = changed.id
"""

# The changed documents as events, and what publishers are owed for them, in one statement.
APPEND_CHANGES: Final = """
WITH fact AS (
    SELECT uuidv7() AS id, f.*
      FROM unnest(%(documents)s::text[], %(payloads)s::jsonb[], %(command_ids)s::uuid[], %(request_ids)s::text[],
                  %(traceparents)s::text[])
           AS f (document, payload, command_id, request_id, traceparent)
), appended AS (
    INSERT INTO outbox_event (id, command_id, type, aggregate, aggregate_id, payload, request_id, traceparent)
    SELECT id, command_id, 'DocumentChanged', 'document', document, payload, request_id, traceparent FROM fact
), owed AS (
    INSERT INTO outbox_delivery (event_id, consumer, key, command_id)
    SELECT id, consumer, document, command_id FROM fact, unnest(%(consumers)s::text[]) AS consumer
)
INSERT INTO outbox_keyed (consumer, key, event_id, command_id, next_at)
SELECT consumer, document, id, command_id, clock_timestamp() + make_interval(secs => %(delay_seconds)s)
  FROM fact, unnest(%(keyed)s::text[]) AS consumer
 ORDER BY consumer, document
ON CONFLICT (consumer, key) DO UPDATE
   SET revision = outbox_keyed.revision + 1, event_id = EXCLUDED.event_id, command_id = EXCLUDED.command_id,
       attempts = CASE WHEN outbox_keyed.dead_at IS NULL THEN outbox_keyed.attempts ELSE 0 END, dead_at = NULL,
       next_at = CASE WHEN outbox_keyed.lease_until IS NULL THEN least(outbox_keyed.next_at, EXCLUDED.next_at)
                                      ELSE EXCLUDED.next_at END
"""

# Asked for again: what had died lives again, with all its attempts.
ASK_KEYED: Final = """
INSERT INTO outbox_keyed (consumer, key, event_id, command_id, next_at)
SELECT %(consumer)s, key, event_id, command_id, clock_timestamp() + make_interval(secs => %(delay_seconds)s)
  FROM unnest(%(keys)s::text[], %(event_ids)s::uuid[], %(command_ids)s::uuid[]) AS asked (key, event_id, command_id)
 ORDER BY key
ON CONFLICT (consumer, key) DO UPDATE
   SET revision = outbox_keyed.revision + 1, event_id = EXCLUDED.event_id, command_id = EXCLUDED.command_id,
       attempts = CASE WHEN outbox_keyed.dead_at IS NULL THEN outbox_keyed.attempts ELSE 0 END, dead_at = NULL,
       next_at = CASE WHEN outbox_keyed.lease_until IS NULL THEN least(outbox_keyed.next_at, EXCLUDED.next_at)
                                      ELSE EXCLUDED.next_at END
"""
