"""SQL of rebuilds: which ids there are, and what is published anew."""

from typing import Final

SELECT_PRODUCT_IDS: Final = """
SELECT id::text FROM product UNION SELECT id FROM document WHERE kind = 'product'
 UNION SELECT product_id FROM list_entry ORDER BY 1
"""

SELECT_OFFER_IDS: Final = "SELECT id::text FROM product UNION SELECT id FROM document WHERE kind = 'offer' ORDER BY 1"

SELECT_CATEGORY_IDS: Final = """
SELECT id::text FROM category UNION SELECT id FROM document WHERE kind = 'category' ORDER BY 1
"""

SELECT_CATEGORY_PATHS: Final = "SELECT path FROM category ORDER BY path"

SELECT_LIST_IDS: Final = "SELECT id FROM document WHERE kind = 'list' ORDER BY id"

SELECT_NOTHING: Final = "SELECT NULL::text WHERE false"

# A document put back from an older copy is behind its objects, which no older version may replace. Without a hash it
# is stored anew, and so under a version above theirs.
OVERTAKE_PUBLISHED: Final = """
UPDATE document d SET version = o.version, hash = '\\x'
  FROM (SELECT id, max(version) AS version FROM published_object
         WHERE kind IN (%(kind)s, %(kind)s || '-page') GROUP BY id) AS o
 WHERE d.kind = %(kind)s AND d.id = o.id AND d.version < o.version
"""

# Nothing that is recorded counts as put: each object is put again in the place of the one that stands there.
DOUBT_PUBLISHED: Final = "UPDATE published_object SET hash = '\\x' WHERE key NOT LIKE 'private/%%'"

# Documents whose objects are not all there in this version and with this content, or that have one too many. Kinds
# have their number of objects, one for each locale or one in all. No event stands behind these deliveries.
ASK_DOCUMENTS: Final = """
WITH wanted (kind, objects) AS (VALUES ('product', %(locales)s::int), ('offer', 1)), changed AS (
    SELECT d.kind || ':' || d.id AS document FROM document d JOIN wanted w USING (kind)
     WHERE d.version > 0
       AND (%(everything)s
            OR (d.state = 'live' AND w.objects > (SELECT count(*) FROM published_object o
                 WHERE o.kind = d.kind AND o.id = d.id AND o.state = 'live' AND o.version = d.version))
            OR EXISTS (SELECT 1 FROM published_object o
                 WHERE o.kind = d.kind AND o.id = d.id AND o.state <> 'redirect'
                   AND (o.version <> d.version OR (o.state = 'live') <> (d.state = 'live')
                        OR (o.hash <> d.hash AND o.hash <> '\\x'))))
)
INSERT INTO outbox_delivery (event_id, consumer, key, command_id)
SELECT %(id)s, 'documents.publish', document, %(id)s FROM changed
"""

ASK_PAGES: Final = """
WITH wanted (kind, object_kind, objects) AS (VALUES
    ('product', 'product-page', %(locales)s::int), ('list', 'list', %(locales)s), ('list', 'list-page', %(locales)s),
    ('navigation', 'navigation', %(locales)s), ('home', 'home-page', %(locales)s), ('sitemap', 'sitemap', 1)), changed AS (
    SELECT DISTINCT d.kind || ':' || d.id AS document FROM document d JOIN wanted w USING (kind)
     WHERE d.version > 0
       AND (%(everything)s
            OR (d.state = 'live' AND w.objects > (SELECT count(*) FROM published_object o
                 WHERE o.kind = w.object_kind AND o.id = d.id AND o.state = 'live' AND o.version = d.version))
            OR EXISTS (SELECT 1 FROM published_object o
                 WHERE o.kind = w.object_kind AND o.id = d.id AND o.state <> 'redirect'
                   AND (o.version <> d.version OR (o.state = 'live') <> (d.state = 'live')
                        OR (o.hash <> d.hash AND o.hash <> '\\x'))))
)
INSERT INTO outbox_keyed (consumer, key, event_id, command_id, next_at)
SELECT 'pages.publish', document, %(id)s, %(id)s, clock_timestamp() FROM changed ORDER BY document
ON CONFLICT (consumer, key) DO UPDATE
   SET revision = outbox_keyed.revision + 1,
       attempts = CASE WHEN outbox_keyed.dead_at IS NULL THEN outbox_keyed.attempts ELSE 0 END, dead_at = NULL
"""
