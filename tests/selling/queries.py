"""SQL of the tests of selling."""

EXPIRE_HOLDS = """
UPDATE stock_hold SET expires_at = clock_timestamp() - interval '1 second'
 WHERE cart_id = ANY(%(carts)s::uuid[]) AND state = 'held'
"""

COUNT_DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"

SELECT_EVENT = "SELECT applied_at IS NOT NULL, attempts, last_error FROM webhook_event WHERE event_id = %(event_id)s"

# How many are stored under an id; without one, how many wait to be applied.
COUNT_EVENTS = """
SELECT count(*) FROM webhook_event
 WHERE CASE WHEN %(event_id)s::text IS NULL THEN applied_at IS NULL ELSE event_id = %(event_id)s END
"""

FORGET_EVENT = "DELETE FROM webhook_event WHERE event_id = %(event_id)s RETURNING 1"

# As a process leaves it that is killed between taking an event and applying it.
KEEP_EVENT = """
INSERT INTO webhook_event (gateway, event_id, type, body, attempts)
VALUES ('sandbox', %(event_id)s, %(type)s, %(body)s, 1) RETURNING 1
"""

SELECT_ORDER_STATUS = "SELECT status FROM shop_order WHERE id = %(order_id)s"

SELECT_UNITS = "SELECT sum(on_hand)::int, sum(allocated)::int, sum(reserved)::int FROM stock_level WHERE sku = %(sku)s"

# A payment begun so long ago, and due to be asked about.
AGE_PAYMENT = """
UPDATE payment SET created_at = created_at - make_interval(secs => %(seconds)s::int), ask_at = clock_timestamp()
 WHERE order_id = %(order_id)s
"""

SET_PAYMENT_STATE = "UPDATE payment SET state = %(state)s, ask_at = clock_timestamp() WHERE order_id = %(order_id)s"

COUNT_ORDERS = "SELECT count(*) FROM shop_order WHERE cart_id = %(cart_id)s"

# As while the request that placed the order still waits for the gateway.
OPEN_KEYS = """
UPDATE idempotency_key SET status = NULL, body = NULL, headers = NULL WHERE order_id = %(order_id)s RETURNING 1
"""

COUNT_OWED = """
SELECT count(*) FROM refund r JOIN payment p ON p.id = r.payment_id WHERE p.order_id = %(order_id)s AND r.state = 'requested'
"""

MAKE_REFUNDS_DUE = "UPDATE refund SET next_at = clock_timestamp() WHERE state = 'requested' RETURNING 1"
