"""SQL of webhooks, and of a buyer who comes back from the bank."""

from typing import Final

# A repeat returns no row. What our books say already is filed as applied: the charge's own answer is faster than its
# webhook as a rule. Anything else is left to this process for a while, then to the sweep (index webhook_event_open).
STORE_EVENT: Final = """
INSERT INTO webhook_event (gateway, event_id, type, body, received_at, attempts, next_at, applied_at)
SELECT %(gateway)s, %(event_id)s, %(type)s, %(body)s, now.at, 1, now.at + make_interval(secs => %(lease_seconds)s),
       CASE WHEN %(says_nothing)s OR EXISTS (
           SELECT FROM payment
            WHERE gateway = %(gateway)s AND gateway_id = %(gateway_id)s AND state = %(state)s
              AND captured_minor = %(captured)s AND refunded_minor = coalesce(%(refunded)s, refunded_minor))
       THEN now.at END
  FROM (SELECT clock_timestamp() AS at) now
    ON CONFLICT DO NOTHING
RETURNING applied_at IS NULL
"""

# Taken by pushing their next time ahead; the attempt counts before it is made, so that one that kills us is no loop.
CLAIM_EVENTS: Final = """
UPDATE webhook_event e
   SET attempts = attempts + 1, next_at = clock_timestamp() + make_interval(secs => %(lease_seconds)s)
  FROM (SELECT gateway, event_id FROM webhook_event
         WHERE applied_at IS NULL AND next_at <= clock_timestamp()
         ORDER BY next_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED) due
 WHERE e.gateway = due.gateway AND e.event_id = due.event_id
RETURNING e.gateway, e.event_id, e.body
"""

FINISH_EVENT: Final = """
UPDATE webhook_event SET applied_at = clock_timestamp(), last_error = NULL
 WHERE gateway = %(gateway)s AND event_id = %(event_id)s AND applied_at IS NULL
"""

# Again after 2, 4, 8 … seconds, every 5 minutes in the end; after three days it waits for a person.
FAIL_EVENT: Final = """
UPDATE webhook_event
   SET last_error = %(error)s,
       next_at = CASE WHEN received_at < clock_timestamp() - interval '3 days' THEN 'infinity'
                      ELSE clock_timestamp() + make_interval(secs => least(300, 2 ^ least(attempts, 9))) END
 WHERE gateway = %(gateway)s AND event_id = %(event_id)s AND applied_at IS NULL
"""

SELECT_ATTEMPT: Final = """
SELECT order_id, attempt FROM payment WHERE gateway = %(gateway)s AND gateway_id = %(gateway_id)s
"""

SELECT_RETURNED: Final = """
SELECT gateway, order_id, attempt, state FROM payment WHERE gateway = ANY (%(gateways)s) AND gateway_id = %(gateway_id)s
"""
