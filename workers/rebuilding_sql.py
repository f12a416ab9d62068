"""SQL of rebuilds: which ids there are, and what is published anew."""

from typing import Final

SELECT_PRODUCT_IDS: Final = """
SELECT id::text FROM product UNION SELECT id FROM document WHERE kind = 'product' ORDER BY 1
"""

SELECT_OFFER_IDS: Final = "SELECT id::text FROM product UNION SELECT id FROM document WHERE kind = 'offer' ORDER BY 1"

SELECT_CATEGORY_IDS: Final = """
SELECT id::text FROM category UNION SELECT id FROM document WHERE kind = 'category' ORDER BY 1
"""

SELECT_ORDER_IDS: Final = """
SELECT id::text FROM shop_order WHERE placed_at IS NOT NULL UNION SELECT id FROM document WHERE kind = 'order' ORDER BY 1
"""

SELECT_CATEGORY_PATHS: Final = "SELECT path FROM category ORDER BY path"

SELECT_LIST_IDS: Final = "SELECT id FROM document WHERE kind = 'list' ORDER BY id"

SELECT_NOTHING: Final = "SELECT NULL::text WHERE false"

# Documents with an object of another version, or live ones with none. No event stands behind these deliveries.
ASK_DOCUMENTS: Final = """
WITH changed AS (
    SELECT d.kind || ':' || d.id AS document FROM document d
     WHERE d.kind IN ('product', 'offer') AND d.version > 0
       AND (%(everything)s OR EXISTS (
               SELECT 1 FROM published_object o
                WHERE o.kind = d.kind AND o.id = d.id AND o.state <> 'redirect' AND o.version <> d.version)
            OR (d.state = 'live' AND NOT EXISTS (
               SELECT 1 FROM published_object o WHERE o.kind = d.kind AND o.id = d.id)))
)
INSERT INTO outbox_delivery (event_id, consumer, key, command_id)
SELECT %(id)s, 'documents.publish', document, %(id)s FROM changed
"""

ASK_PAGES: Final = """
INSERT INTO outbox_keyed (consumer, key, event_id, command_id, next_at)
SELECT 'pages.publish', d.kind || ':' || d.id, %(id)s, %(id)s, clock_timestamp() FROM document d
 WHERE d.kind IN ('product', 'list', 'home', 'navigation', 'sitemap') AND d.version > 0
   AND (%(everything)s OR EXISTS (
           SELECT 1 FROM published_object o
            WHERE o.kind IN (d.kind, d.kind || '-page') AND o.id = d.id AND o.state <> 'redirect'
              AND o.version <> d.version)
        OR (d.state = 'live' AND NOT EXISTS (
           SELECT 1 FROM published_object o WHERE o.kind IN (d.kind, d.kind || '-page') AND o.id = d.id)))
 ORDER BY 1, 2
ON CONFLICT (consumer, key) DO UPDATE
   SET revision = outbox_keyed.revision + 1,
       attempts = CASE WHEN outbox_keyed.dead_at IS NULL THEN outbox_keyed.attempts ELSE 0 END, dead_at = NULL
"""
