"""SQL of stock on hand. Rows are locked by (SKU, location, bucket), last in a transaction (hold_sql.LOCK_LEVELS)."""

from typing import Final

INSERT_LOCATION: Final = """
INSERT INTO stock_location (code, name) VALUES (%(code)s, %(name)s) ON CONFLICT DO NOTHING
"""

SELECT_PRODUCT_OF: Final = """
SELECT v.product_id, coalesce(s.buckets, 1)
  FROM variant v JOIN product p ON p.id = v.product_id LEFT JOIN stock_setting s ON s.sku = v.sku
 WHERE v.sku = %(sku)s AND p.status <> 'deleted'
"""

LOCATION_EXISTS: Final = "SELECT 1 FROM stock_location WHERE code = %(location)s"

STORE_BUCKETS: Final = """
INSERT INTO stock_setting (sku, buckets) VALUES (%(sku)s, %(buckets)s)
ON CONFLICT (sku) DO UPDATE SET buckets = EXCLUDED.buckets
"""

# Rows that are there already stay as they are.
ADD_BUCKETS: Final = """
INSERT INTO stock_level (sku, location, bucket, on_hand)
SELECT %(sku)s, %(location)s, bucket, 0 FROM generate_series(0, %(buckets)s - 1) AS bucket ORDER BY bucket
ON CONFLICT DO NOTHING
"""

OPEN_STOCK: Final = """
WITH opened AS (
    INSERT INTO stock_level (sku, location, on_hand) VALUES (%(sku)s, %(location)s, %(quantity)s)
    RETURNING sku, location, bucket, on_hand
)
INSERT INTO stock_movement (sku, location, bucket, kind, on_hand, command_id)
SELECT sku, location, bucket, 'opening', on_hand, %(command_id)s FROM opened
"""

# Guarded: what is allocated or reserved cannot be taken away.
MOVE_ON_HAND: Final = """
WITH change AS (
    SELECT * FROM unnest(%(buckets)s::smallint[], %(deltas)s::bigint[]) AS change (bucket, delta)
), moved AS (
    UPDATE stock_level l SET on_hand = l.on_hand + change.delta FROM change
     WHERE l.sku = %(sku)s AND l.location = %(location)s AND l.bucket = change.bucket
       AND l.on_hand - l.allocated - l.reserved + change.delta >= 0
    RETURNING l.bucket, change.delta
)
INSERT INTO stock_movement (sku, location, bucket, kind, on_hand, reason, command_id)
SELECT %(sku)s, %(location)s, bucket, %(kind)s, delta, %(reason)s, %(command_id)s FROM moved
"""
