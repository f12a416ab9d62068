"""SQL of the audits that compare documents with what was made of them."""

from typing import Final

SELECT_NOW: Final = "SELECT clock_timestamp()"

SELECT_PUBLISHED: Final = "SELECT key, etag, kind, id FROM published_object ORDER BY key"

# What is recorded of these keys by now: an object put after the snapshot is no difference.
SELECT_PUBLISHED_NOW: Final = "SELECT key, etag, put_at FROM published_object WHERE key = ANY(%(keys)s)"

# Objects of another version or content than their document, or of a document that does not exist. A redirect
# stands for what a document once was called, and keeps the version it was put with.
SELECT_STALE_OBJECTS: Final = """
SELECT object.key, object.kind, object.id, object.version, document.version
  FROM published_object AS object
  LEFT JOIN document ON document.kind = object.kind AND document.id = object.id
 WHERE object.kind IN ('product', 'offer', 'list', 'navigation', 'home', 'sitemap')
   AND object.state <> 'redirect'
   AND (document.id IS NULL OR object.version <> document.version OR object.hash <> document.hash
        OR (object.state = 'live') <> (document.state = 'live'))
 ORDER BY object.key
"""

SELECT_UNPUBLISHED: Final = """
SELECT document.kind, document.id
  FROM document
 WHERE document.state = 'live' AND document.kind IN ('product', 'offer', 'list', 'navigation', 'home', 'sitemap')
   AND NOT EXISTS (SELECT FROM published_object AS object
                    WHERE object.kind = document.kind AND object.id = document.id)
 ORDER BY 1, 2
"""

# A repeatable choice over all kinds.
SELECT_TO_RENDER: Final = """
SELECT kind, id
  FROM document
 WHERE kind IN ('product', 'offer', 'list', 'navigation', 'home', 'sitemap') AND version > 0
 ORDER BY md5(kind || id)
 LIMIT %(count)s
"""

SELECT_INDEXED: Final = """
SELECT id, version, state = 'live' FROM document WHERE kind = 'product' AND version > 0
"""
