"""SQL of prices."""

from typing import Final

LOCK_PRICE: Final = """
SELECT amount_minor, compare_at_minor FROM price WHERE sku = %(sku)s AND currency = %(currency)s FOR UPDATE
"""

UPSERT_PRICE: Final = """
INSERT INTO price (sku, currency, amount_minor, compare_at_minor)
VALUES (%(sku)s, %(currency)s, %(amount_minor)s, %(compare_at_minor)s)
ON CONFLICT (sku, currency) DO UPDATE SET amount_minor = EXCLUDED.amount_minor,
    compare_at_minor = EXCLUDED.compare_at_minor, changed_at = clock_timestamp()
"""

LOCK_VARIANT_OF: Final = """
SELECT v.id FROM variant v JOIN product p ON p.id = v.product_id
 WHERE v.sku = %(sku)s AND p.id = %(product_id)s AND p.status <> 'deleted'
   FOR SHARE OF v
"""
