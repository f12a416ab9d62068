"""SQL of the audits of stock promises, orders and money: each selects what is not as it must be, and why."""

from typing import Final

# A level's reserved units are its held rows; its allocated units are those of orders that are not canceled.
SELECT_WRONG_PROMISES: Final = """
SELECT l.sku || '@' || l.location || '#' || l.bucket,
       'reserved ' || l.reserved || ', holds ' || coalesce(h.units, 0) || ', allocated ' || l.allocated || ', orders ' || coalesce(a.units, 0)
  FROM stock_level l
  LEFT JOIN (SELECT sku, location, bucket, sum(quantity) AS units FROM stock_hold WHERE state = 'held' GROUP BY 1, 2, 3) AS h
         USING (sku, location, bucket)
  LEFT JOIN (SELECT a.sku, a.location, a.bucket, sum(a.quantity) AS units
               FROM order_allocation a JOIN shop_order o ON o.id = a.order_id AND o.status <> 'canceled' GROUP BY 1, 2, 3) AS a
         USING (sku, location, bucket)
 WHERE l.reserved <> coalesce(h.units, 0) OR l.allocated <> coalesce(a.units, 0)
UNION ALL
SELECT 'order ' || o.number, 'line ' || l.sku || ': ' || l.quantity || ' ordered, ' || coalesce(a.units, 0) || ' allocated'
  FROM shop_order o JOIN order_line l ON l.order_id = o.id
  LEFT JOIN (SELECT order_id, sku, sum(quantity) AS units FROM order_allocation GROUP BY 1, 2) AS a
         ON a.order_id = o.id AND a.sku = l.sku
 WHERE o.fulfilment_status = 'unfulfilled'
   AND coalesce(a.units, 0) <> CASE WHEN o.status IN ('placed', 'on_hold') THEN l.quantity ELSE 0 END
UNION ALL
SELECT 'cart ' || c.id, 'holds units though it is ' || c.status
  FROM cart c WHERE c.status IN ('completed', 'active') AND EXISTS (SELECT 1 FROM stock_hold h WHERE h.cart_id = c.id AND h.state = 'held')
 ORDER BY 1
"""
COUNT_PROMISES: Final = "SELECT (SELECT count(*) FROM stock_level) + (SELECT count(*) FROM order_line)"

SELECT_WRONG_ORDERS: Final = """
SELECT o.number, 'lines add up to ' || l.total || ' with tax ' || l.tax || ', the order says ' || o.subtotal_minor || ' with ' || o.tax_minor
  FROM shop_order o
  JOIN (SELECT order_id, sum(line_minor) AS total, sum(tax_minor) AS tax, sum(discount_minor) AS discount FROM order_line GROUP BY 1) AS l
    ON l.order_id = o.id
 WHERE (l.total, l.tax + o.shipping_tax_minor, l.discount) <> (o.subtotal_minor, o.tax_minor, o.discount_minor)
UNION ALL
SELECT o.number, 'has no lines' FROM shop_order o WHERE NOT EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = o.id)
UNION ALL
SELECT o.number, 'is ' || o.status || ' while its cart is ' || c.status
  FROM shop_order o JOIN cart c ON c.id = o.cart_id
 WHERE (o.status = 'pending' AND c.status <> 'completing') OR (o.status IN ('placed', 'on_hold', 'closed') AND c.status <> 'completed')
UNION ALL
SELECT 'cart ' || c.id, 'is ' || c.status || ' without an order'
  FROM cart c
 WHERE c.status IN ('completing', 'completed')
   AND NOT EXISTS (SELECT 1 FROM shop_order o WHERE o.cart_id = c.id AND o.status <> 'canceled')
UNION ALL
SELECT 'cart ' || c.id, 'lines add up to ' || coalesce(l.total, 0) || ' with tax ' || coalesce(l.tax, 0)
  FROM cart c LEFT JOIN (SELECT cart_id, sum(line_minor) AS total, sum(tax_minor) AS tax FROM cart_line GROUP BY 1) AS l ON l.cart_id = c.id
 WHERE c.status IN ('active', 'checking_out') AND coalesce(l.total, 0) <> c.subtotal_minor
UNION ALL
SELECT o.number, 'stands pending for ' || extract(epoch FROM clock_timestamp() - o.created_at)::int || ' s with no question due'
  FROM shop_order o
 WHERE o.status = 'pending'
   AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.order_id = o.id AND p.state IN ('created', 'requires_action', 'processing', 'unknown')
                      AND p.ask_at > clock_timestamp() - make_interval(secs => %(overdue_seconds)s))
UNION ALL
SELECT o.number, 'its timeline does not end as it is: ' || o.status
  FROM shop_order o
 WHERE o.status IN ('placed', 'canceled')
   AND NOT EXISTS (SELECT 1 FROM order_event e WHERE e.order_id = o.id AND e.kind = o.status)
 ORDER BY 1
"""
COUNT_ORDERS: Final = "SELECT (SELECT count(*) FROM shop_order) + (SELECT count(*) FROM cart)"

SELECT_WRONG_MONEY: Final = """
WITH paid AS (
    SELECT o.id, o.number, o.status, o.payment_status, o.total_minor, count(p.id) FILTER (WHERE p.captured_minor > 0) AS captures,
           coalesce(sum(p.captured_minor), 0) AS captured, coalesce(sum(p.refunded_minor), 0) AS refunded,
           coalesce(bool_or(p.state = 'disputed'), false) AS disputed, coalesce(bool_or(p.currency <> o.currency), false) AS foreign_money
      FROM shop_order o LEFT JOIN payment p ON p.order_id = o.id GROUP BY o.id
), given AS (
    SELECT p.id, p.order_id, p.refunded_minor, p.captured_minor, coalesce(sum(r.amount_minor) FILTER (WHERE r.state = 'succeeded'), 0) AS succeeded,
           coalesce(sum(r.amount_minor) FILTER (WHERE r.state <> 'failed'), 0) AS owed
      FROM payment p LEFT JOIN refund r ON r.payment_id = p.id GROUP BY p.id
)
SELECT number, 'was paid ' || captures || ' times' FROM paid WHERE captures > 1
UNION ALL
SELECT number, 'is ' || status || ' and was paid ' || captured || ' of ' || total_minor
  FROM paid WHERE status IN ('placed', 'on_hold', 'closed') AND captured <> total_minor
UNION ALL
SELECT number, 'is paid in another currency' FROM paid WHERE foreign_money
UNION ALL
SELECT number, 'is said to be ' || payment_status || ', its payments say ' || captured || ' captured, ' || refunded || ' returned'
  FROM paid
 WHERE status <> 'pending'
   AND payment_status <> CASE WHEN disputed THEN 'disputed' WHEN captured = 0 THEN 'none' WHEN captured = refunded THEN 'refunded'
                              WHEN refunded > 0 THEN 'partially_refunded' WHEN captured = total_minor THEN 'paid'
                              WHEN captured > total_minor THEN 'overcharged' ELSE 'partially_paid' END
UNION ALL
SELECT o.number, 'came to nothing and keeps ' || g.captured_minor - g.owed
  FROM given g JOIN shop_order o ON o.id = g.order_id WHERE o.status = 'canceled' AND g.captured_minor > g.owed
UNION ALL
SELECT o.number, 'returned ' || g.refunded_minor || ', refunds add up to ' || g.succeeded
  FROM given g JOIN shop_order o ON o.id = g.order_id WHERE g.refunded_minor <> g.succeeded OR g.owed > g.captured_minor
UNION ALL
SELECT o.number, 'is owed ' || r.amount_minor || ' back since ' || rfc3339(r.created_at)
  FROM refund r JOIN payment p ON p.id = r.payment_id JOIN shop_order o ON o.id = p.order_id
 WHERE r.state = 'requested' AND r.created_at < clock_timestamp() - interval '5 minutes'
 ORDER BY 1
"""
COUNT_MONEY: Final = "SELECT (SELECT count(*) FROM payment) + (SELECT count(*) FROM refund)"

SELECT_PAYMENTS: Final = """
SELECT p.gateway_id, o.id::text || ':' || p.attempt, p.captured_minor, p.refunded_minor, p.state,
       EXISTS (SELECT 1 FROM refund r WHERE r.payment_id = p.id AND r.state = 'requested')
  FROM payment p JOIN shop_order o ON o.id = p.order_id WHERE p.gateway = %(gateway)s
"""

SELECT_WRONG_KEYS: Final = """
SELECT k.principal || ' ' || k.route || ' ' || k.key, 'has no answer ' || extract(epoch FROM clock_timestamp() - k.created_at)::int || ' s on'
  FROM idempotency_key k LEFT JOIN shop_order o ON o.id = k.order_id
 WHERE k.status IS NULL AND (o.id IS NULL OR o.status <> 'pending' OR k.created_at < clock_timestamp() - make_interval(secs => %(overdue_seconds)s))
UNION ALL
SELECT o.number, count(*) || ' keys made this order'
  FROM idempotency_key k JOIN shop_order o ON o.id = k.order_id GROUP BY o.id HAVING count(*) > 1
UNION ALL
SELECT o.number, 'was answered ' || k.status
  FROM idempotency_key k JOIN shop_order o ON o.id = k.order_id
 WHERE (k.status = 402 AND o.status <> 'canceled')
    OR (k.status = 201 AND o.placed_at IS NULL AND convert_from(k.body, 'UTF8')::jsonb ->> 'status' = 'placed')
 ORDER BY 1
"""
COUNT_KEYS: Final = "SELECT count(*) FROM idempotency_key"
