"""SQL of a product's sources and of the lists it is in."""

from typing import Final

# One row a published product, its SKUs in order; a SKU without a price in the shop's currency is not for sale.
SELECT_PRODUCT_SOURCES: Final = """
SELECT p.id::text, p.slug, p.title, b.name, b.slug, c.label, c.path, p.description, p.images, p.attributes,
       p.rating::float8, p.released_on,
       (SELECT coalesce(json_agg(json_build_array(v.sku, v.title, v.options, pr.amount_minor, pr.compare_at_minor,
                   (SELECT coalesce(json_agg(ean ORDER BY ean), '[]') FROM barcode WHERE variant_id = v.id))
                   ORDER BY v.position, v.sku), '[]')
          FROM variant v JOIN price pr ON pr.sku = v.sku AND pr.currency = %(currency)s
         WHERE v.product_id = p.id)
  FROM product p JOIN brand b ON b.id = p.brand_id JOIN category c ON c.id = p.category_id
 WHERE p.id = ANY(%(ids)s::uuid[]) AND p.status = 'published'
"""

SELECT_ATTRIBUTES: Final = "SELECT name, label, unit FROM attribute WHERE name = ANY(%(names)s)"

SELECT_OFFER_SOURCES: Final = """
SELECT p.id::text, v.sku, pr.amount_minor, pr.compare_at_minor,
       coalesce((SELECT sum(on_hand - allocated - reserved) FROM stock_level WHERE sku = v.sku), 0)::bigint,
       s.low_at, coalesce(s.backorderable, false)
  FROM product p
  JOIN variant v ON v.product_id = p.id
  JOIN price pr ON pr.sku = v.sku AND pr.currency = %(currency)s
  LEFT JOIN stock_setting s ON s.sku = v.sku
 WHERE p.id = ANY(%(ids)s::uuid[]) AND p.status = 'published'
 ORDER BY p.id, v.position, v.sku
"""

DELETE_LIST_ENTRIES: Final = "DELETE FROM list_entry WHERE product_id = ANY(%(ids)s)"

INSERT_LIST_ENTRIES: Final = """
INSERT INTO list_entry (path, released_on, product_id)
SELECT * FROM unnest(%(paths)s::text[], %(released)s::date[], %(ids)s::text[])
ON CONFLICT (product_id, path) DO UPDATE SET released_on = EXCLUDED.released_on
"""

# The lists that pre-render one of these products: those where fewer than a pre-rendered page's worth stand before it.
SELECT_SHOWING_LISTS: Final = """
SELECT e.path, e.product_id FROM list_entry e
 WHERE e.product_id = ANY(%(ids)s)
   AND (SELECT count(*) FROM (
            SELECT 1 FROM list_entry o
             WHERE o.path = e.path AND (o.released_on, o.product_id) > (e.released_on, e.product_id)
             LIMIT %(shown)s) AS before) < %(shown)s
"""
