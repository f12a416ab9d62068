"""SQL of appending to the outbox."""

from typing import Final

# One statement for a command's events: ids come from the database, so that they carry its clock. An event
# and its deliveries are written together or not at all.
APPEND_EVENTS: Final = """
WITH fact AS (
    SELECT uuidv7() AS id, f.*
      FROM unnest(%(types)s::text[], %(aggregates)s::text[], %(aggregate_ids)s::text[], %(payloads)s::jsonb[])
           WITH ORDINALITY AS f (type, aggregate, aggregate_id, payload, position)
), appended AS (
    INSERT INTO outbox_event (id, command_id, type, aggregate, aggregate_id, payload, request_id, traceparent)
    SELECT id, %(command_id)s, type, aggregate, aggregate_id, payload, %(request_id)s, %(traceparent)s FROM fact
)
INSERT INTO outbox_delivery (event_id, consumer, key, command_id)
SELECT fact.id, d.consumer, fact.aggregate_id, %(command_id)s
  FROM fact
  JOIN unnest(%(delivery_positions)s::int[], %(delivery_consumers)s::text[]) AS d (position, consumer)
    ON d.position = fact.position
"""
