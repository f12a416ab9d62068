"""SQL of carts. The cart's row is locked first; lines belong to it and need no lock of their own."""

from typing import Final

from kernel.carts_sql import CART, OWN_CART
from kernel.outbox_sql import EVENTS

LOCK_CART: Final = f"SELECT {CART} FROM cart c WHERE {OWN_CART} FOR UPDATE OF c"

# A line and what is true of its SKU now: nothing where it is not sold any more. Each by the unique index of its table.
_SOLD: Final = """
  LEFT JOIN LATERAL (
      SELECT p.id, CASE WHEN v.position = 0 AND v.options = '{}' THEN p.title ELSE v.title END AS title, pr.amount_minor
        FROM variant v
        JOIN product p ON p.id = v.product_id AND p.status = 'published'
        JOIN price pr ON pr.sku = v.sku AND pr.currency = %(currency)s
       WHERE v.sku = n.sku LIMIT 1) AS sold ON true
"""

SELECT_LINES: Final = f"""
SELECT n.sku, n.quantity, n.unit_minor, sold.id, sold.title, sold.amount_minor
  FROM cart_line n {_SOLD}
 WHERE n.cart_id = %(cart_id)s ORDER BY n.added_at, n.sku
"""

# The lines of a cart and the SKUs wanted in it. What is available of a wanted SKU is looked at as far as it is needed: holds
# that ran out, and the cart's own, only where the rest does not do. Read in a statement after the lock. What is wanted comes as
# JSON: of an array Postgres would count the elements, and plan anew each time.
SELECT_CONTENTS: Final = f"""
SELECT n.sku, n.product_id, n.title, n.quantity, n.unit_minor, sold.id, sold.title, sold.amount_minor, stock.available
  FROM (SELECT coalesce(l.sku, w.sku) AS sku, l.product_id, l.title, l.quantity, l.unit_minor, l.added_at, w.quantity AS wanted
          FROM (SELECT * FROM cart_line WHERE cart_id = %(cart_id)s) AS l
          FULL JOIN json_to_recordset(%(wanted)s::json) AS w (sku text, quantity int) ON w.sku = l.sku) AS n {_SOLD}
  LEFT JOIN LATERAL (
      SELECT CASE WHEN free >= n.wanted + CASE WHEN %(adding)s THEN coalesce(n.quantity, 0) ELSE 0 END THEN free
                  ELSE free + (SELECT coalesce(sum(h.quantity), 0) FROM stock_hold h
                                WHERE h.sku = n.sku AND h.state = 'held'
                                  AND (h.cart_id = %(cart_id)s OR h.expires_at <= clock_timestamp()))
             END::bigint AS available
        FROM (SELECT coalesce(sum(on_hand - allocated - reserved), 0) AS free FROM stock_level WHERE sku = n.sku) AS level
       WHERE n.wanted > 0 LIMIT 1) AS stock ON true
 ORDER BY n.added_at, n.sku
"""

# Priced lines come as JSON, one parameter for all.
PRICED: Final = """json_to_recordset(%(lines)s::json)
           AS line (sku text, product_id uuid, title text, quantity int, unit_minor bigint, line_minor bigint, tax_minor bigint)"""

INSERT_CART: Final = f"""
WITH {EVENTS}, made AS (
    INSERT INTO cart (id, token_hash, customer_id, currency, subtotal_minor, discount_minor, shipping_minor, tax_minor, total_minor)
    VALUES (%(cart_id)s, %(token_hash)s, %(customer_id)s, %(currency)s, %(subtotal)s, %(discount)s, %(shipping)s, %(tax)s, %(total)s)
)
INSERT INTO cart_line (cart_id, sku, product_id, title, quantity, unit_minor, line_minor, tax_minor, added_at)
SELECT %(cart_id)s, line.*, (SELECT clock_timestamp()) FROM {PRICED}
"""

# Lines that stay as they are are not written. All lines that are new get one time, so that they keep one order.
STORE_CART: Final = f"""
WITH {EVENTS}, line AS (SELECT line.* FROM {PRICED}),
gone AS (
    DELETE FROM cart_line l WHERE l.cart_id = %(cart_id)s AND NOT EXISTS (SELECT 1 FROM line WHERE line.sku = l.sku)
), kept AS (
    INSERT INTO cart_line AS l (cart_id, sku, product_id, title, quantity, unit_minor, line_minor, tax_minor, added_at)
    SELECT %(cart_id)s, line.*, (SELECT clock_timestamp()) FROM line
    ON CONFLICT (cart_id, sku) DO UPDATE
       SET product_id = EXCLUDED.product_id, title = EXCLUDED.title, quantity = EXCLUDED.quantity, unit_minor = EXCLUDED.unit_minor,
           line_minor = EXCLUDED.line_minor, tax_minor = EXCLUDED.tax_minor
     WHERE (l.title, l.quantity, l.unit_minor, l.tax_minor)
           IS DISTINCT FROM (EXCLUDED.title, EXCLUDED.quantity, EXCLUDED.unit_minor, EXCLUDED.tax_minor)
)
UPDATE cart SET customer_id = %(customer_id)s, status = 'active', version = %(version)s, checkout_at = NULL, holds_until = NULL,
                subtotal_minor = %(subtotal)s, discount_minor = %(discount)s, shipping_minor = %(shipping)s, tax_minor = %(tax)s,
                total_minor = %(total)s, updated_at = clock_timestamp()
 WHERE id = %(cart_id)s
"""

# The order that a cart is becoming.
SELECT_PENDING_ORDER: Final = "SELECT id FROM shop_order WHERE cart_id = %(cart_id)s AND status = 'pending'"
