"""SQL of the audits over documents."""

from typing import Final

SELECT_PRODUCT_IDS: Final = "SELECT id::text FROM product"
SELECT_ANY_PRODUCT: Final = "SELECT id::text FROM product LIMIT 1"
SELECT_CATEGORY_IDS: Final = "SELECT id::text FROM category"
SELECT_CATEGORY_PATHS: Final = "SELECT path FROM category"

# `sound`: the stored body is the one that was hashed.
SELECT_DOCUMENTS: Final = """
SELECT id, state, hash, state = 'gone' OR sha256(convert_to(content::text, 'UTF8')) = hash AS sound
  FROM document WHERE kind = %(kind)s
"""

SELECT_LIST_ENTRIES: Final = "SELECT product_id, path, released_on FROM list_entry"

# Versions that the search index should hold.
SELECT_INDEXED: Final = """
SELECT product.id, product.version, coalesce(offer.version, 0), product.state = 'live'
  FROM document AS product
  LEFT JOIN document AS offer ON offer.kind = 'offer' AND offer.id = product.id AND offer.state = 'live'
 WHERE product.kind = 'product'
"""

# Every publisher of these documents (`kind:id`) is asked: data by deliveries, pages and lists by keyed rows.
ASK_PUBLISHERS: Final = """
WITH fact AS (
    SELECT uuidv7() AS event_id, document FROM unnest(%(documents)s::text[]) AS document
), owed AS (
    INSERT INTO outbox_delivery (event_id, consumer, key, command_id)
    SELECT event_id, 'documents.publish', document, %(command_id)s
      FROM fact WHERE split_part(document, ':', 1) IN ('product', 'offer')
)
INSERT INTO outbox_keyed (consumer, key, event_id, command_id, next_at)
SELECT 'pages.publish', document, event_id, %(command_id)s, clock_timestamp()
  FROM fact WHERE split_part(document, ':', 1) <> 'offer'
 ORDER BY document
ON CONFLICT (consumer, key) DO UPDATE SET
       revision = outbox_keyed.revision + 1, dead_at = NULL, attempts = 0, next_at = EXCLUDED.next_at
"""

# Search nodes follow the transaction of a document's last write.
TOUCH_DOCUMENTS: Final = """
UPDATE document SET changed_xid = pg_current_xact_id()
 WHERE kind IN ('product', 'offer') AND id = ANY(%(ids)s)
"""
