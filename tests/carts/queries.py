"""SQL of these tests: states that only an order or a clock brings about."""

ADDRESS = (
    '{"name": "Ada", "line1": "1 Way", "city": "San Jose", "postal_code": "95113", "country": "US", "region": "CA"}'
)
"""An address in California."""

SET_STATUS = f"""
UPDATE cart SET status = %(status)s, email = 'ada@example.com', shipping_address = '{ADDRESS}' WHERE id = %(cart_id)s
"""
TOLD = """
told AS (INSERT INTO outbox_delivery (event_id, consumer, key, command_id)
         SELECT uuidv7(), 'offers.project', v.product_id::text, uuidv7() FROM variant v WHERE v.sku = {sku})
"""
"""Part of a WITH that changes stock by hand: the offer is owed a look, as after a command."""

HOLD = f"""
WITH {TOLD.format(sku="%(sku)s")},
     reserved AS (UPDATE stock_level SET reserved = reserved + %(quantity)s WHERE sku = %(sku)s AND bucket = 0),
     moved AS (INSERT INTO stock_movement (sku, location, bucket, kind, reserved, command_id)
               VALUES (%(sku)s, 'main', 0, 'reservation', %(quantity)s, uuidv7()))
INSERT INTO stock_hold (cart_id, sku, location, bucket, quantity, expires_at)
VALUES (%(cart_id)s, %(sku)s, 'main', 0, %(quantity)s, clock_timestamp() + make_interval(secs => %(seconds)s))
"""
SELECT_HELD = """
SELECT (SELECT reserved FROM stock_level WHERE sku = %(sku)s AND bucket = 0),
       (SELECT coalesce(sum(quantity), 0) FROM stock_hold WHERE sku = %(sku)s AND state = 'held')
"""
ORDER_CART = f"""
WITH ordered AS (
    UPDATE cart SET status = 'completing', email = 'ada@example.com', shipping_address = '{ADDRESS}' WHERE id = %(cart_id)s
    RETURNING id, currency, subtotal_minor, total_minor)
INSERT INTO shop_order (cart_id, email, currency, subtotal_minor, shipping_minor, tax_minor, total_minor, shipping_option,
                        shipping_tax_minor, tax_rate_ppm, shipping_address, billing_address)
SELECT id, 'ada@example.com', currency, subtotal_minor, 0, 0, subtotal_minor, 'standard', 0, 0, '{ADDRESS}', '{ADDRESS}' FROM ordered
RETURNING id::text
"""
DROP_ORDER = "DELETE FROM shop_order WHERE cart_id = %(cart_id)s"
SELECT_CART = "SELECT status, holds_until, customer_id::text, token_hash FROM cart WHERE id = %(cart_id)s"
SELECT_TEXTS = "SELECT c::text FROM cart c WHERE id = %(cart_id)s UNION ALL SELECT k::text FROM idempotency_key k"
SPREAD_STOCK = f"""
WITH {TOLD.format(sku="%(sku)s")}, moved AS (
    INSERT INTO stock_level (sku, location, bucket, on_hand) VALUES (%(sku)s, 'main', 1, 3) RETURNING sku, location, bucket, on_hand
)
INSERT INTO stock_movement (sku, location, bucket, kind, on_hand, command_id)
SELECT sku, location, bucket, 'transfer', on_hand, uuidv7() FROM moved
"""
SELECT_ACCOUNT = "SELECT a::text, password_hash, is_staff FROM account a WHERE email_key = lower(%(email)s)"
SELECT_EVENTS = "SELECT payload::text FROM outbox_event"

# What these tests brought about by hand, as the shop itself would leave it: no cart ordered without an order, no hold of a cart
# that is not at checkout.
TIDY_HOLDS = f"""
WITH ended AS (
    UPDATE stock_hold h SET state = 'released' FROM cart c
     WHERE c.id = h.cart_id AND h.state = 'held' AND c.status NOT IN ('checking_out', 'completing')
    RETURNING h.sku, h.location, h.bucket, h.quantity
), part AS (
    SELECT sku, location, bucket, sum(quantity) AS quantity FROM ended GROUP BY 1, 2, 3
), {TOLD.format(sku="ANY(SELECT sku FROM part)")}, freed AS (
    UPDATE stock_level l SET reserved = l.reserved - part.quantity FROM part
     WHERE (l.sku, l.location, l.bucket) = (part.sku, part.location, part.bucket)
)
INSERT INTO stock_movement (sku, location, bucket, kind, reserved, command_id)
SELECT sku, location, bucket, 'release', -quantity, uuidv7() FROM part
"""
TIDY_CARTS = """
UPDATE cart c SET status = 'active'
 WHERE status IN ('completing', 'completed') AND NOT EXISTS (SELECT 1 FROM shop_order o WHERE o.cart_id = c.id AND o.status <> 'canceled')
"""
SELECT_FACTS = """
SELECT type, (payload ->> 'version')::int FROM outbox_event
 WHERE aggregate = 'cart' AND aggregate_id = %(cart_id)s ORDER BY id
"""
BEGIN_CHECKOUT_AGO = """
UPDATE cart SET checkout_at = clock_timestamp() - make_interval(mins => %(minutes)s::int) WHERE id = %(cart_id)s RETURNING checkout_at
"""
