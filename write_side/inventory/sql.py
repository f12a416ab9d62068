"""SQL of stock. Rows are locked by (SKU, location, bucket), last in a transaction."""

from typing import Final

INSERT_LOCATION: Final = """
INSERT INTO stock_location (code, name) VALUES (%(code)s, %(name)s) ON CONFLICT DO NOTHING
"""

SELECT_PRODUCT_OF: Final = """
SELECT v.product_id FROM variant v JOIN product p ON p.id = v.product_id
 WHERE v.sku = %(sku)s AND p.status <> 'deleted'
"""

LOCATION_EXISTS: Final = "SELECT 1 FROM stock_location WHERE code = %(location)s"

# Levels are locked in the order of their buckets before any is changed.
LOCK_LEVELS: Final = """
SELECT bucket, on_hand, on_hand - allocated - reserved FROM stock_level
 WHERE sku = %(sku)s AND location = %(location)s ORDER BY bucket FOR UPDATE
"""

ADD_STOCK: Final = """
INSERT INTO stock_level (sku, location, bucket, on_hand) VALUES (%(sku)s, %(location)s, %(bucket)s, %(delta)s)
ON CONFLICT (sku, location, bucket) DO UPDATE SET on_hand = stock_level.on_hand + EXCLUDED.on_hand
"""

# Guarded: what is allocated or reserved cannot be taken away.
TAKE_STOCK: Final = """
UPDATE stock_level SET on_hand = on_hand - %(taken)s
 WHERE sku = %(sku)s AND location = %(location)s AND bucket = %(bucket)s
   AND on_hand - allocated - reserved >= %(taken)s
"""

INSERT_MOVEMENT: Final = """
INSERT INTO stock_movement (sku, location, bucket, kind, on_hand, reason, command_id)
VALUES (%(sku)s, %(location)s, %(bucket)s, %(kind)s, %(delta)s, %(reason)s, %(command_id)s)
"""
