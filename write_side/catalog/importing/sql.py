"""SQL of imports. Staging tables live for one transaction, so a transaction-mode pooler does not matter."""

from typing import Final

# One import at a time. The transaction that holds the lock idles as long as the import runs.
LIMIT_LOCK: Final = "SET LOCAL lock_timeout = '2s'; SET LOCAL idle_in_transaction_session_timeout = 0"
LOCK_RUNS: Final = "SELECT pg_advisory_xact_lock(hashtextextended('techmart.import', 0))"

# Under that lock every run that says it runs is a dead one's.
FAIL_DEAD_RUNS: Final = """
UPDATE import_run SET state = 'failed', finished_at = clock_timestamp() WHERE state = 'running'
"""
START_RUN: Final = """
INSERT INTO import_run (source, fingerprint, state) VALUES (%(source)s, %(fingerprint)s, 'running') RETURNING id
"""
BEAT: Final = """
UPDATE import_run SET heartbeat_at = clock_timestamp(), rows_read = %(read)s, rows_applied = %(applied)s,
       rows_same = %(same)s, rows_rejected = %(rejected)s WHERE id = %(id)s
"""
FINISH_RUN: Final = """
UPDATE import_run SET state = %(state)s, finished_at = clock_timestamp() WHERE id = %(id)s
"""

SELECT_SAME: Final = """
SELECT p.feed_id FROM unnest(%(feed_ids)s::text[], %(hashes)s::text[]) AS row (feed_id, hash)
  JOIN product p ON p.feed_id = row.feed_id AND p.feed_hash = decode(row.hash, 'hex')
"""

SELECT_BRANDS: Final = "SELECT name, slug FROM brand"
INSERT_BRANDS: Final = """
INSERT INTO brand (name, slug) SELECT * FROM unnest(%(names)s::text[], %(slugs)s::text[]) ON CONFLICT DO NOTHING
"""
SELECT_CATEGORIES: Final = "SELECT label, path FROM category"
INSERT_CATEGORY: Final = """
INSERT INTO category (parent_id, name, path, label)
VALUES ((SELECT id FROM category WHERE label = %(parent)s), %(name)s, %(path)s, %(label)s)
ON CONFLICT DO NOTHING RETURNING id::text
"""
SELECT_ATTRIBUTES: Final = "SELECT name, kind FROM attribute"
INSERT_ATTRIBUTES: Final = """
INSERT INTO attribute (name, label, kind, unit)
SELECT * FROM unnest(%(names)s::text[], %(labels)s::text[], %(kinds)s::text[], %(units)s::text[]) ON CONFLICT DO NOTHING
"""

CREATE_STAGING: Final = """
CREATE TEMPORARY TABLE stage_product (
    line integer, feed_id text, hash bytea, slug text, title text, description text, brand text, category text,
    attributes jsonb, images jsonb, rating numeric(2,1), released_on date
) ON COMMIT DROP;
CREATE TEMPORARY TABLE stage_variant (
    feed_id text, position integer, sku text, title text, options jsonb, amount_minor bigint, compare_at_minor bigint,
    quantity bigint, eans text[]
) ON COMMIT DROP
"""
COPY_PRODUCTS: Final = "COPY stage_product FROM STDIN"
COPY_VARIANTS: Final = "COPY stage_variant FROM STDIN"
# Autovacuum never looks at temporary tables; without figures the planner takes them for whatever size.
ANALYZE_STAGING: Final = "ANALYZE stage_product, stage_variant"

# What staff deleted stays deleted, and is nothing to apply.
DELETE_DELETED: Final = """
WITH deleted AS (
    DELETE FROM stage_product s USING product p WHERE p.feed_id = s.feed_id AND p.status = 'deleted' RETURNING s.feed_id
), variants AS (
    DELETE FROM stage_variant v USING deleted d WHERE v.feed_id = d.feed_id
)
SELECT count(*) FROM deleted
"""

# Rows whose SKU or EAN belongs to another product, or to an earlier row of the chunk; nothing of them is applied.
SELECT_CLASHES: Final = """
SELECT s.line, s.feed_id, c.name, c.reason FROM stage_product s JOIN (
    SELECT v.feed_id, 'sku' AS name, v.sku || ' belongs to another product' AS reason
      FROM stage_variant v JOIN variant o ON o.sku = v.sku JOIN product p ON p.id = o.product_id
     WHERE p.feed_id IS DISTINCT FROM v.feed_id
    UNION ALL
    SELECT feed_id, 'sku', sku || ' stands in an earlier line too'
      FROM (SELECT v.*, row_number() OVER (PARTITION BY v.sku ORDER BY p.line, v.position) AS nth
              FROM stage_variant v JOIN stage_product p USING (feed_id)) AS n WHERE nth > 1
    UNION ALL
    SELECT v.feed_id, 'ean', ean || ' belongs to another product'
      FROM stage_variant v, unnest(v.eans) AS ean JOIN barcode b USING (ean) JOIN variant o ON o.id = b.variant_id
     WHERE o.sku <> v.sku
    UNION ALL
    SELECT feed_id, 'ean', ean || ' stands in an earlier line too'
      FROM (SELECT v.feed_id, ean, row_number() OVER (PARTITION BY ean ORDER BY p.line, v.position) AS nth
              FROM stage_variant v JOIN stage_product p USING (feed_id), unnest(v.eans) AS ean) AS n WHERE nth > 1
    UNION ALL
    SELECT feed_id, 'brand', 'a brand of another name took its address meanwhile; import again'
      FROM stage_product s WHERE NOT EXISTS (SELECT 1 FROM brand b WHERE b.name = s.brand)
    UNION ALL
    SELECT feed_id, 'category', 'a category of another name took its address meanwhile; import again'
      FROM stage_product s WHERE NOT EXISTS (SELECT 1 FROM category c WHERE c.label = s.category)
) AS c USING (feed_id)
"""
DELETE_CLASHES: Final = "DELETE FROM stage_product WHERE feed_id = ANY(%(feed_ids)s)"
DELETE_CLASHING_VARIANTS: Final = "DELETE FROM stage_variant WHERE feed_id = ANY(%(feed_ids)s)"

# A slug that is taken, was another's once, or comes twice in the chunk gets the feed's id behind it; where that is taken
# too, a hash of the id. 160 characters of the slug leave room for either in the column's 200.
INSERT_PRODUCTS: Final = """
WITH new AS (
    SELECT s.*, row_number() OVER (PARTITION BY s.slug ORDER BY s.line) AS nth,
           rtrim(left(s.slug, 160), '-') || '-'
               || coalesce(nullif(trim(BOTH '-' FROM left(regexp_replace(lower(substring(s.feed_id FROM '[^:]*$')), '[^a-z0-9]+', '-', 'g'), 30)), ''), 'x')
               AS second
      FROM stage_product s WHERE NOT EXISTS (SELECT 1 FROM product p WHERE p.feed_id = s.feed_id)
), addressed AS (
    SELECT n.*, row_number() OVER (PARTITION BY n.second ORDER BY n.line) AS nth_second,
           n.nth > 1 OR EXISTS (SELECT 1 FROM product WHERE slug = n.slug)
               OR EXISTS (SELECT 1 FROM former_slug WHERE slug = n.slug) AS taken,
           EXISTS (SELECT 1 FROM product WHERE slug = n.second) OR EXISTS (SELECT 1 FROM former_slug WHERE slug = n.second)
               OR n.second IN (SELECT slug FROM new) AS second_taken
      FROM new n
)
INSERT INTO product (feed_id, feed_hash, slug, title, description, brand_id, category_id, attributes, images, rating, released_on)
SELECT n.feed_id, n.hash,
       CASE WHEN NOT n.taken THEN n.slug
            WHEN NOT n.second_taken AND n.nth_second = 1 THEN n.second
            ELSE rtrim(left(n.slug, 160), '-') || '-' || left(md5(n.feed_id), 16) END,
       n.title, n.description, b.id, c.id, n.attributes, n.images, n.rating, n.released_on
  FROM addressed n JOIN brand b ON b.name = n.brand JOIN category c ON c.label = n.category
 ORDER BY n.line
RETURNING id::text
"""

# What the feed owns; slug, status and what staff added are theirs.
UPDATE_PRODUCTS: Final = """
UPDATE product p
   SET feed_hash = s.hash, title = s.title, description = s.description, brand_id = b.id, category_id = c.id,
       attributes = s.attributes, images = s.images, rating = s.rating, released_on = s.released_on,
       revision = p.revision + 1, updated_at = clock_timestamp()
  FROM stage_product s JOIN brand b ON b.name = s.brand JOIN category c ON c.label = s.category
 WHERE p.feed_id = s.feed_id AND p.feed_hash <> s.hash
RETURNING p.id::text
"""

UPSERT_VARIANTS: Final = """
INSERT INTO variant (product_id, sku, title, options, position)
SELECT p.id, v.sku, v.title, v.options, v.position FROM stage_variant v JOIN product p ON p.feed_id = v.feed_id
ON CONFLICT (sku) DO UPDATE SET title = EXCLUDED.title, options = EXCLUDED.options, position = EXCLUDED.position
"""
DELETE_DROPPED_BARCODES: Final = """
DELETE FROM barcode b USING stage_variant s JOIN variant v ON v.sku = s.sku
 WHERE b.variant_id = v.id AND NOT b.ean = ANY(s.eans)
"""
INSERT_BARCODES: Final = """
INSERT INTO barcode (ean, variant_id)
SELECT ean, v.id FROM stage_variant s JOIN variant v ON v.sku = s.sku, unnest(s.eans) AS ean
ON CONFLICT DO NOTHING
"""
UPSERT_PRICES: Final = """
INSERT INTO price (sku, currency, amount_minor, compare_at_minor)
SELECT sku, %(currency)s, amount_minor, compare_at_minor FROM stage_variant
ON CONFLICT (sku, currency) DO UPDATE SET amount_minor = EXCLUDED.amount_minor,
    compare_at_minor = EXCLUDED.compare_at_minor, changed_at = clock_timestamp()
 WHERE (price.amount_minor, price.compare_at_minor) IS DISTINCT FROM (EXCLUDED.amount_minor, EXCLUDED.compare_at_minor)
"""

# Opening stock only where a SKU has no level yet; the movement is its proof.
OPEN_STOCK: Final = """
WITH opened AS (
    INSERT INTO stock_level (sku, location, on_hand)
    SELECT sku, %(location)s, quantity FROM stage_variant WHERE quantity > 0
    ON CONFLICT DO NOTHING RETURNING sku, location, bucket, on_hand
)
INSERT INTO stock_movement (sku, location, bucket, kind, on_hand, command_id)
SELECT sku, location, bucket, 'opening', on_hand, %(command_id)s FROM opened
"""
