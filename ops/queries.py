"""SQL of operations' own small questions."""

from typing import Final

COUNT_PRODUCTS: Final = "SELECT count(*) FROM (SELECT 1 FROM product LIMIT 1) AS one"

# Sitemaps may come minutes later; what shoppers look at is owed by the other consumers.
COUNT_OWED: Final = """
SELECT (SELECT count(*) FROM outbox_delivery WHERE done_at IS NULL AND dead_at IS NULL)
     + (SELECT count(*) FROM outbox_keyed WHERE dead_at IS NULL AND consumer <> 'sitemaps.project')
"""

SELECT_FEED_IDS: Final = "SELECT id::text, feed_id FROM product WHERE feed_id IS NOT NULL"
