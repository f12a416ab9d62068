"""SQL of the bench."""

from typing import Final

COUNT_UNDONE: Final = """
SELECT (SELECT count(*) FROM outbox_delivery WHERE done_at IS NULL AND dead_at IS NULL)
     + (SELECT count(*) FROM outbox_keyed WHERE dead_at IS NULL)
"""

COUNT_PRODUCTS: Final = "SELECT count(*) FROM product WHERE status = 'published'"

# A repeatable choice of live products with their first SKU and its price.
SELECT_SAMPLE: Final = """
SELECT product.id::text, product.slug, product.title, variant.sku, price.amount_minor, price.currency
  FROM product
  JOIN LATERAL (SELECT sku FROM variant WHERE product_id = product.id
                 ORDER BY position, sku LIMIT 1) AS variant ON true
  JOIN price ON price.sku = variant.sku AND price.currency = %(currency)s
 WHERE product.status = 'published'
 ORDER BY md5(product.id::text || %(seed)s)
 LIMIT %(count)s
"""

SELECT_TITLES: Final = "SELECT title FROM product WHERE status = 'published' ORDER BY md5(slug) LIMIT %(count)s"

SELECT_CATEGORY_PATHS: Final = "SELECT path FROM category ORDER BY path"

SELECT_PRICES: Final = "SELECT sku, amount_minor FROM price WHERE currency = %(currency)s AND sku = ANY(%(skus)s)"

# How long after its commit the offer stood in the bucket, by the database's one clock: `put_at` is written
# once the store has answered, so it is never too early.
SELECT_FRESHNESS: Final = """
SELECT document.id, document.version, published_object.key,
       extract(epoch FROM published_object.put_at - document.committed_at)::float8 * 1000
  FROM document
  JOIN published_object ON published_object.kind = 'offer' AND published_object.id = document.id
                       AND published_object.version = document.version
 WHERE document.kind = 'offer' AND document.id = ANY(%(ids)s) AND document.committed_at >= %(since)s
"""

SELECT_DATABASE_TIME: Final = "SELECT clock_timestamp()"

# The row of the "psycopg select" limit: one document by its primary key.
SELECT_ONE_DOCUMENT: Final = "SELECT content::text FROM document WHERE kind = 'product' AND id = %(id)s"

# Live documents whose object in the bucket is missing or of an older version. (Parts of the menu and the
# start page are objects too; categories themselves have none.)
SELECT_UNPUBLISHED: Final = """
SELECT count(*)
  FROM document
  JOIN (VALUES ('product', 'product'), ('product', 'product-page'), ('offer', 'offer'), ('list', 'list'), ('list', 'list-page'),
               ('navigation', 'navigation'), ('home', 'home-page'), ('sitemap', 'sitemap')) AS owed (kind, object) USING (kind)
 WHERE document.state = 'live'
   AND NOT EXISTS (SELECT FROM published_object
                    WHERE published_object.kind = owed.object AND published_object.id = document.id
                      AND published_object.version >= document.version)
"""
