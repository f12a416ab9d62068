"""SQL of the catalogue."""

from typing import Final

# Locks are taken product first, then variants, then prices and stock.
LOCK_PRODUCT: Final = """
SELECT p.slug, p.title, p.description, b.name, c.label, p.status, p.attributes, p.revision
  FROM product p JOIN brand b ON b.id = p.brand_id JOIN category c ON c.id = p.category_id
 WHERE p.id = %(product_id)s AND p.status <> 'deleted'
   FOR UPDATE OF p
"""

SLUG_TAKEN: Final = """
SELECT EXISTS (SELECT 1 FROM product WHERE slug = %(slug)s)
    OR EXISTS (SELECT 1 FROM former_slug WHERE slug = %(slug)s)
"""

INSERT_PRODUCT: Final = """
INSERT INTO product (id, slug, title, description, brand_id, category_id, attributes)
VALUES (%(id)s, %(slug)s, %(title)s, %(description)s, %(brand_id)s, %(category_id)s, %(attributes)s)
"""

UPDATE_PRODUCT: Final = """
UPDATE product SET title = %(title)s, description = %(description)s, brand_id = %(brand_id)s,
       category_id = %(category_id)s, attributes = %(attributes)s, status = %(status)s, slug = %(slug)s,
       revision = revision + 1, updated_at = clock_timestamp()
 WHERE id = %(id)s RETURNING revision
"""

INSERT_FORMER_SLUG: Final = """
INSERT INTO former_slug (slug, product_id) VALUES (%(slug)s, %(product_id)s) ON CONFLICT DO NOTHING
"""

DELETE_FORMER_SLUG: Final = "DELETE FROM former_slug WHERE slug = %(slug)s AND product_id = %(product_id)s"

INSERT_BRAND: Final = """
INSERT INTO brand (name, slug) VALUES (%(name)s, %(slug)s) ON CONFLICT DO NOTHING
"""

SELECT_BRAND: Final = "SELECT id FROM brand WHERE name = %(name)s"

BRAND_SLUG_TAKEN: Final = "SELECT EXISTS (SELECT 1 FROM brand WHERE slug = %(slug)s)"

SELECT_CATEGORY: Final = "SELECT id FROM category WHERE label = %(label)s"

SELECT_CATEGORY_BY_PATH: Final = "SELECT id, label FROM category WHERE path = %(path)s"

INSERT_CATEGORY: Final = """
INSERT INTO category (id, parent_id, name, path, label)
VALUES (%(id)s, %(parent_id)s, %(name)s, %(path)s, %(label)s)
ON CONFLICT DO NOTHING
"""

SELECT_ATTRIBUTE_KINDS: Final = "SELECT name, kind FROM attribute WHERE name = ANY(%(names)s)"

INSERT_ATTRIBUTES: Final = """
INSERT INTO attribute (name, label, kind)
SELECT * FROM unnest(%(names)s::text[], %(labels)s::text[], %(kinds)s::text[])
ON CONFLICT (name) DO NOTHING
"""

INSERT_VARIANT: Final = """
INSERT INTO variant (product_id, sku, title, options, position)
SELECT %(product_id)s, %(sku)s, %(title)s, %(options)s, count(*)
  FROM variant WHERE product_id = %(product_id)s
ON CONFLICT (sku) DO NOTHING RETURNING id
"""

INSERT_BARCODES: Final = """
INSERT INTO barcode (ean, variant_id) SELECT ean, %(variant_id)s FROM unnest(%(eans)s::text[]) AS ean
ON CONFLICT (ean) DO NOTHING RETURNING ean
"""
