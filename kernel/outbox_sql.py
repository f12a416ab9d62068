"""SQL of appending to the outbox."""

from typing import Final

# One statement for a command's events: ids come from the database, so that they carry its clock. An event and its
# deliveries are written together or not at all. Events come as JSON, one parameter for all: an array a column costs more to
# send than to store. These are parts of a WITH: a statement can change what is true and append the facts of it at once.
EVENTS: Final = """
fact AS (
    SELECT uuidv7() AS id, f.*
      FROM json_to_recordset(%(events)s::json) AS f (type text, aggregate text, aggregate_id text, payload jsonb, consumers text[])
),
appended AS (
    INSERT INTO outbox_event (id, command_id, type, aggregate, aggregate_id, payload, request_id, traceparent)
    SELECT id, %(command_id)s, type, aggregate, aggregate_id, payload, %(request_id)s, %(traceparent)s FROM fact
),
owed AS (
    INSERT INTO outbox_delivery (event_id, consumer, key, command_id)
    SELECT id, unnest(consumers), aggregate_id, %(command_id)s FROM fact
)
"""

APPEND_EVENTS: Final = f"WITH {EVENTS} SELECT count(*) FROM fact"
