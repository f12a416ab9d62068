"""SQL of categories, lists, the start page and the sitemap."""

from typing import Final

SELECT_CATEGORIES: Final = (
    "SELECT id::text, name, label, path, parent_id::text FROM category ORDER BY position, name, id"
)

SELECT_PARENTS: Final = """
SELECT DISTINCT parent_id::text FROM category WHERE id = ANY(%(ids)s::uuid[]) AND parent_id IS NOT NULL
"""

# The first pages of a list in one index scan; a document that is not live yet is not shown.
SELECT_LIST_HEAD: Final = """
SELECT d.id, d.version, d.content, o.content
  FROM (SELECT product_id, released_on FROM list_entry WHERE path = %(path)s
         ORDER BY released_on DESC, product_id DESC LIMIT %(shown)s) AS e
  JOIN document d ON d.kind = 'product' AND d.id = e.product_id AND d.state = 'live'
  LEFT JOIN document o ON o.kind = 'offer' AND o.id = e.product_id AND o.state = 'live'
 ORDER BY e.released_on DESC, e.product_id DESC
"""

# Exact as far as it is cheap: counting stops at the limit.
COUNT_LIST: Final = "SELECT count(*) FROM (SELECT 1 FROM list_entry WHERE path = %(path)s LIMIT %(limit)s) AS counted"

SELECT_SITEMAP_SLUGS: Final = """
SELECT slug FROM document
 WHERE kind = 'product' AND state = 'live' AND (hashtextextended(id, 0) & (%(shards)s - 1)) = %(shard)s
 ORDER BY slug
"""

SELECT_LIST_PATHS: Final = """
SELECT c.path FROM category c WHERE EXISTS (SELECT 1 FROM list_entry e WHERE e.path = c.path) ORDER BY c.path
"""

SELECT_SHARDS_OF: Final = """
SELECT (hashtextextended(id, 0) & (%(shards)s - 1))::int, id FROM unnest(%(ids)s::text[]) AS id
"""

SELECT_LIVE_SHARDS: Final = """
SELECT id FROM document WHERE kind = 'sitemap' AND state = 'live' AND id <> 'index' ORDER BY id::int
"""
