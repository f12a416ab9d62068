"""SQL of placing and finishing orders. Rows are locked in the order cart, order, payment, stock, holds."""

from typing import Final

from kernel.orders_sql import ORDER
from kernel.outbox_sql import EVENTS
from write_side.sql import BEGUN_KEY

SELECT_ORDER: Final = f"{ORDER} WHERE o.id = %(order_id)s"

# The order that a cart became, if it came to something: unique by the partial index shop_order_cart.
SELECT_ORDER_OF_CART: Final = "SELECT id, status FROM shop_order WHERE cart_id = %(cart_id)s AND status <> 'canceled'"

SELECT_DECLINES: Final = """
SELECT max(ceil(extract(epoch FROM f.window_start + make_interval(secs => %(window_seconds)s) - clock_timestamp())))::int
  FROM unnest(%(scopes)s::text[], %(subjects)s::text[], %(most)s::int[]) AS watched (scope, subject, most)
  JOIN failure_count f ON f.scope = watched.scope AND f.subject = watched.subject
 WHERE f.failures >= watched.most AND f.window_start > clock_timestamp() - make_interval(secs => %(window_seconds)s)
"""

COUNT_DECLINES: Final = """
INSERT INTO failure_count (scope, subject, window_start, failures)
SELECT scope, subject, clock_timestamp(), 1
  FROM unnest(%(scopes)s::text[], %(subjects)s::text[]) AS failed (scope, subject) ORDER BY scope, subject
ON CONFLICT (scope, subject) DO UPDATE SET
    failures = CASE WHEN failure_count.window_start > clock_timestamp() - make_interval(secs => %(window_seconds)s)
                    THEN failure_count.failures + 1 ELSE 1 END,
    window_start = CASE WHEN failure_count.window_start > clock_timestamp() - make_interval(secs => %(window_seconds)s)
                        THEN failure_count.window_start ELSE clock_timestamp() END
"""

# A pending order with its lines, its first attempt to pay, the start of its timeline and its key; its cart is being completed.
INSERT_ORDER: Final = f"""
WITH {EVENTS}, {BEGUN_KEY}, made AS (
    INSERT INTO shop_order (id, cart_id, customer_id, email, payment_status, currency, subtotal_minor, discount_minor, shipping_minor,
                            tax_minor, total_minor, shipping_option, shipping_tax_minor, tax_rate_ppm, shipping_address, billing_address)
    VALUES (%(order_id)s, %(cart_id)s, %(customer_id)s, %(email)s, 'pending', %(currency)s, %(subtotal)s, %(discount)s,
            %(shipping)s, %(tax)s, %(total)s, %(shipping_option)s, %(shipping_tax)s, %(tax_rate_ppm)s, %(shipping_address)s,
            %(billing_address)s)
    RETURNING number
), lines AS (
    INSERT INTO order_line (order_id, position, sku, product_id, title, quantity, unit_minor, line_minor, tax_minor)
    SELECT %(order_id)s, row_number() OVER (), line.*
      FROM json_to_recordset(%(lines)s::json)
        AS line (sku text, product_id uuid, title text, quantity int, unit_minor bigint, line_minor bigint, tax_minor bigint)
), attempt AS (
    INSERT INTO payment (order_id, gateway, source, amount_minor, currency, ask_at)
    SELECT %(order_id)s, %(gateway)s, %(source)s, %(total)s, %(currency)s, clock_timestamp() + make_interval(secs => %(resume_seconds)s)
     WHERE %(total)s > 0
), told AS (
    INSERT INTO order_event (order_id, kind, actor) VALUES (%(order_id)s, 'created', %(actor)s)
)
UPDATE cart SET status = 'completing', version = version + 1, email = %(email)s, shipping_address = %(shipping_address)s,
                subtotal_minor = %(subtotal)s, discount_minor = %(discount)s, shipping_minor = %(shipping)s, tax_minor = %(tax)s,
                total_minor = %(total)s, updated_at = clock_timestamp()
  FROM made WHERE cart.id = %(cart_id)s
RETURNING made.number, clock_timestamp() + make_interval(secs => %(hold_seconds)s)
"""

# The names of FOR UPDATE are locked in this order, the one of the whole write side.
LOCK_ORDER: Final = """
SELECT o.id, o.number, o.cart_id, o.status, o.email, o.total_minor, o.currency, p.id, p.state, p.gateway, p.gateway_id,
       p.amount_minor, p.captured_minor, p.refunded_minor, p.asked, clock_timestamp() - p.created_at > make_interval(secs => %(give_up_seconds)s),
       c.customer_id, (SELECT json_agg(json_build_array(l.sku, l.quantity)) FROM order_line l WHERE l.order_id = o.id)
  FROM cart c JOIN shop_order o ON o.cart_id = c.id JOIN payment p ON p.order_id = o.id AND p.attempt = %(attempt)s
 WHERE o.id = %(order_id)s
   FOR UPDATE OF c, o, p
"""

STORE_PAYMENT: Final = """
UPDATE payment SET state = %(state)s, gateway_id = coalesce(%(gateway_id)s, gateway_id), captured_minor = %(captured)s,
       refunded_minor = %(refunded)s, failure_code = coalesce(%(failure_code)s, failure_code), redirect_url = %(redirect_url)s,
       asked = asked + %(asked)s, ask_at = clock_timestamp() + make_interval(secs => %(ask_seconds)s), updated_at = clock_timestamp()
 WHERE id = %(payment_id)s
"""

PLACE_ORDER: Final = f"""
WITH {EVENTS}, paid AS ({STORE_PAYMENT}), completed AS (
    UPDATE cart SET status = 'completed', version = version + 1, holds_until = NULL, updated_at = clock_timestamp() WHERE id = %(cart_id)s
), told AS (
    INSERT INTO order_event (order_id, kind, actor) VALUES (%(order_id)s, 'placed', %(actor)s)
)
UPDATE shop_order SET status = 'placed', payment_status = %(payment_status)s, placed_at = clock_timestamp(), version = version + 1,
                      updated_at = clock_timestamp()
 WHERE id = %(order_id)s
"""

# Holds stay until they expire: the buyer may try another means of payment.
CANCEL_ORDER: Final = """
WITH reopened AS (
    UPDATE cart SET status = 'checking_out', version = version + 1, updated_at = clock_timestamp() WHERE id = %(cart_id)s AND status = 'completing'
), told AS (
    INSERT INTO order_event (order_id, kind, actor, data) VALUES (%(order_id)s, 'canceled', %(actor)s, jsonb_build_object('reason', %(reason)s::text))
)
UPDATE shop_order SET status = 'canceled', cancel_reason = %(reason)s, payment_status = %(payment_status)s, canceled_at = clock_timestamp(),
                      version = version + 1, updated_at = clock_timestamp()
 WHERE id = %(order_id)s
"""

NOTE_PAYMENT: Final = """
WITH told AS (
    INSERT INTO order_event (order_id, kind, actor, data) VALUES (%(order_id)s, %(kind)s, %(actor)s, %(data)s)
)
UPDATE shop_order SET payment_status = %(payment_status)s, version = version + 1, updated_at = clock_timestamp() WHERE id = %(order_id)s
"""

INSERT_REFUND: Final = """
INSERT INTO refund (payment_id, amount_minor, reason) VALUES (%(payment_id)s, %(amount)s, %(reason)s)
"""

# Taken by pushing the time of the next question ahead: a sweep that dies is followed by another.
CLAIM_OPEN_PAYMENTS: Final = """
UPDATE payment p SET ask_at = clock_timestamp() + make_interval(secs => %(lease_seconds)s)
  FROM (SELECT id FROM payment
         WHERE state IN ('created', 'requires_action', 'processing', 'unknown') AND ask_at <= clock_timestamp()
         ORDER BY ask_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED) AS due, shop_order o
 WHERE p.id = due.id AND o.id = p.order_id
RETURNING o.id, o.number, o.email, p.attempt, p.state, p.gateway, p.gateway_id, p.source, p.amount_minor, p.currency,
          extract(epoch FROM clock_timestamp() - p.created_at)::float8
"""

CLAIM_REFUNDS: Final = """
UPDATE refund r SET attempts = r.attempts + 1, next_at = clock_timestamp() + make_interval(secs => least(300, 5 * 2 ^ r.attempts))
  FROM (SELECT id FROM refund WHERE state = 'requested' AND next_at <= clock_timestamp()
         ORDER BY next_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED) AS due, payment p
 WHERE r.id = due.id AND p.id = r.payment_id
RETURNING r.id, r.amount_minor, p.order_id, p.attempt, p.gateway, p.gateway_id
"""

FINISH_REFUND: Final = """
UPDATE refund SET state = 'succeeded', gateway_id = %(gateway_id)s, finished_at = clock_timestamp(), last_error = NULL
 WHERE id = %(refund_id)s AND state = 'requested' RETURNING amount_minor
"""

FAIL_REFUND: Final = "UPDATE refund SET last_error = %(error)s WHERE id = %(refund_id)s"

RETURN_MONEY: Final = """
UPDATE payment SET refunded_minor = refunded_minor + %(amount)s, updated_at = clock_timestamp() WHERE id = %(payment_id)s
"""
