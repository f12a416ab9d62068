"""Statements of the tests of stock."""

INSERT_LOCATION = (
    "INSERT INTO stock_location (code, name) VALUES ('main', 'Main'), ('north', 'North') ON CONFLICT DO NOTHING"
)

INSERT_PRODUCTS = """
WITH b AS (INSERT INTO brand (name, slug) VALUES ('Acme', 'acme') ON CONFLICT (name) DO UPDATE SET slug = EXCLUDED.slug RETURNING id),
     c AS (INSERT INTO category (name, path, label) VALUES ('Audio', 'audio', 'Audio')
           ON CONFLICT (label) DO UPDATE SET name = EXCLUDED.name RETURNING id),
     p AS (INSERT INTO product (slug, title, brand_id, category_id)
           SELECT lower(sku), sku, b.id, c.id FROM b, c, unnest(%(skus)s::text[]) AS sku RETURNING id, title)
INSERT INTO variant (product_id, sku, title) SELECT id, title, title FROM p
"""

INSERT_CART = """
INSERT INTO cart (id, token_hash, currency, status, email, shipping_address)
VALUES (%(cart_id)s, sha256(%(cart_id)s::text::bytea), 'USD', 'checking_out', 'a@shop.test', '{}')
"""

LOCK_CART = "SELECT FROM cart WHERE id = %(cart_id)s FOR UPDATE"

INSERT_ORDER = """
INSERT INTO shop_order (id, cart_id, email, status, placed_at, currency, subtotal_minor, shipping_minor, tax_minor, total_minor,
                        shipping_option, shipping_tax_minor, tax_rate_ppm, shipping_address, billing_address)
VALUES (%(order_id)s, %(cart_id)s, 'a@shop.test', 'placed', clock_timestamp(), 'USD', 1, 0, 0, 1, 'standard', 0, 0, '{}', '{}')
"""

CANCEL_ORDER = """
UPDATE shop_order SET status = 'canceled', cancel_reason = 'staff', canceled_at = clock_timestamp() WHERE id = %(order_id)s
"""

SELECT_ENDS = "SELECT expires_at FROM stock_hold WHERE cart_id = %(cart_id)s AND state = 'held'"

EXPIRE_HOLDS = """
UPDATE stock_hold SET expires_at = clock_timestamp() - interval '1 second'
 WHERE cart_id = ANY(%(carts)s::uuid[]) AND state = 'held'
"""

SELECT_ROWS = """
SELECT bucket, on_hand, allocated, reserved FROM stock_level WHERE sku = %(sku)s AND location = 'main' ORDER BY bucket
"""

# A SKU as its movements, its holds and its orders say it is; what is available is told as offers are.
SELECT_STOCK = """
SELECT l.sku, sum(l.on_hand)::int, sum(l.allocated)::int, sum(l.reserved)::int,
       sum(l.on_hand - l.allocated - l.reserved)::int, count(*),
       coalesce((SELECT sum(quantity) FROM stock_hold h
                  WHERE h.sku = l.sku AND state = 'held' AND expires_at > clock_timestamp()), 0)::int
  FROM stock_level l WHERE l.sku = ANY(%(skus)s) GROUP BY l.sku ORDER BY l.sku
"""

SELECT_HOLDS = """
SELECT sku, bucket, quantity, state FROM stock_hold WHERE cart_id = %(cart_id)s ORDER BY sku, bucket, id
"""

SELECT_MOVEMENTS = """
SELECT kind, on_hand, allocated, reserved FROM stock_movement WHERE sku = %(sku)s ORDER BY id
"""

SELECT_TOLD = """
SELECT payload->>'sku' FROM outbox_event
 WHERE type IN ('StockMoved', 'StockAdjusted') AND payload->>'sku' = ANY(%(skus)s) AND id > %(after)s
"""

SELECT_NOW = "SELECT uuidv7()"

COUNT_DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"

SELECT_ACCOUNT = "SELECT id FROM account WHERE email_key = %(email)s"

COUNT_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
LOCK_HOLDS = "SELECT FROM stock_hold WHERE cart_id = %(cart_id)s FOR UPDATE"
LOCK_ROWS = "SELECT FROM stock_level WHERE sku = %(sku)s ORDER BY bucket FOR NO KEY UPDATE"
SET_LOW_AT = """
INSERT INTO stock_setting (sku, low_at) VALUES (%(sku)s, %(low_at)s) ON CONFLICT (sku) DO UPDATE SET low_at = EXCLUDED.low_at
"""
TOUCH_ROWS = "UPDATE stock_level SET on_hand = on_hand WHERE sku = %(sku)s"
