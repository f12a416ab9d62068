"""SQL of the publishers."""

from typing import Final

# Read before the documents are: an object put meanwhile by another publisher fails the condition of our put.
SELECT_PUBLISHED: Final = """
SELECT key, kind, id, version, hash, etag, release, state FROM published_object
 WHERE (kind, id) IN (SELECT * FROM unnest(%(kinds)s::text[], %(ids)s::text[]))
"""

SELECT_DOCUMENTS: Final = """
SELECT kind, id, version, state, hash, content::text, committed_at FROM document
 WHERE (kind, id) IN (SELECT * FROM unnest(%(kinds)s::text[], %(ids)s::text[]))
"""

SELECT_VERSIONS: Final = """
SELECT kind, id, version FROM document
 WHERE (kind, id) IN (SELECT * FROM unnest(%(kinds)s::text[], %(ids)s::text[]))
"""

# Two publishers may record out of turn: the higher version stays.
RECORD_PUBLISHED: Final = """
INSERT INTO published_object (key, kind, id, version, hash, etag, state, release)
SELECT p.key, p.kind, p.id, p.version, decode(p.hash, 'hex'), p.etag, p.state, p.release
  FROM unnest(%(keys)s::text[], %(kinds)s::text[], %(ids)s::text[], %(versions)s::bigint[], %(hashes)s::text[],
              %(etags)s::text[], %(states)s::text[], %(releases)s::text[])
       AS p (key, kind, id, version, hash, etag, state, release)
 ORDER BY p.key
ON CONFLICT (key) DO UPDATE SET kind = EXCLUDED.kind, id = EXCLUDED.id, version = EXCLUDED.version, hash = EXCLUDED.hash,
    etag = EXCLUDED.etag, state = EXCLUDED.state, release = EXCLUDED.release, put_at = clock_timestamp()
 WHERE published_object.version <= EXCLUDED.version
"""

# What is made with the front end or of the shop's locales is asked for again after a release.
ASK_ALL_PAGES: Final = """
INSERT INTO outbox_keyed (consumer, key, event_id, command_id, next_at)
SELECT 'pages.publish', kind || ':' || id, %(event_id)s, %(event_id)s, clock_timestamp()
  FROM document WHERE state = 'live' AND kind IN ('product', 'list', 'home', 'navigation', 'sitemap')
ON CONFLICT (consumer, key) DO UPDATE
   SET revision = outbox_keyed.revision + 1,
       attempts = CASE WHEN outbox_keyed.dead_at IS NULL THEN outbox_keyed.attempts ELSE 0 END, dead_at = NULL
"""

# Products without their JSON in some locale: one that the shop did not have before.
ASK_PRODUCTS_LACKING: Final = """
INSERT INTO outbox_delivery (event_id, consumer, key, command_id)
SELECT %(event_id)s, 'documents.publish', 'product:' || d.id, %(event_id)s
  FROM document d
 WHERE d.kind = 'product' AND d.state = 'live'
   AND (SELECT count(*) FROM published_object o
         WHERE o.kind = 'product' AND o.id = d.id AND o.state = 'live') < %(locales)s
"""

SELECT_RELEASE: Final = "SELECT version, etag FROM published_object WHERE key = 'private/release'"

RECORD_RELEASE: Final = """
INSERT INTO published_object (key, kind, id, version, hash, etag, state, release)
VALUES ('private/release', 'release', 'storefront', 1, '\\x', %(release)s, 'live', %(release)s)
ON CONFLICT (key) DO UPDATE SET etag = EXCLUDED.etag, release = EXCLUDED.release, put_at = clock_timestamp()
"""
