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

# The tax of a place, and with it each way to send goods there: one row without any. '' sorts before every region.
SELECT_RATES: Final = """
SELECT tax.rate_ppm, way.option, way.name, way.days, way.amount_minor
  FROM (SELECT coalesce((SELECT rate_ppm FROM tax_rate
                          WHERE country = %(country)s AND region IN (%(region)s, '')
                          ORDER BY region DESC LIMIT 1), 0) AS rate_ppm) AS tax
  LEFT JOIN shipping_rate way
    ON way.currency = %(currency)s
   AND way.country = coalesce((SELECT country FROM shipping_rate
                                WHERE country = %(country)s AND currency = %(currency)s LIMIT 1), '*')
 ORDER BY way.amount_minor, way.option
"""

FILL_TAX_RATES: Final = """
INSERT INTO tax_rate (country, region, rate_ppm)
SELECT * FROM unnest(%(countries)s::text[], %(regions)s::text[], %(rates)s::int[])
 WHERE NOT EXISTS (SELECT 1 FROM tax_rate)
ON CONFLICT DO NOTHING
"""

FILL_SHIPPING_RATES: Final = """
INSERT INTO shipping_rate (option, country, name, days, amount_minor, currency)
SELECT rate.*, %(currency)s
  FROM unnest(%(options)s::text[], %(countries)s::text[], %(names)s::text[], %(days)s::smallint[], %(amounts)s::bigint[]) AS rate
 WHERE NOT EXISTS (SELECT 1 FROM shipping_rate WHERE currency = %(currency)s)
ON CONFLICT DO NOTHING
"""
