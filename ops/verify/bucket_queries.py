"""SQL of comparing the bucket with what was published, and that with the documents.

The objects of a document are recorded under its kind, those of its pages under `<kind>-page`.
"""

from typing import Final

SELECT_NOW: Final = "SELECT clock_timestamp()"

SELECT_PUBLISHED: Final = "SELECT key, etag, kind, id FROM published_object WHERE key NOT LIKE 'private/%%'"

# What is recorded of these keys by now: an object put after the snapshot is no difference.
SELECT_PUBLISHED_NOW: Final = "SELECT key, etag, put_at FROM published_object WHERE key = ANY(%(keys)s)"

# Objects of another version, content or state than their document. A redirect stands where a document once
# was and keeps the version it was put with. Who found the version there already did not record a hash.
SELECT_STALE_OBJECTS: Final = """
SELECT object.key, document.kind, document.id, object.version, document.version
  FROM published_object AS object
  JOIN document ON document.kind = regexp_replace(object.kind, '-page$', '') AND document.id = object.id
 WHERE object.state <> 'redirect'
   AND (object.version <> document.version
        OR (object.hash <> document.hash AND object.hash <> '\\x')
        OR (object.state = 'live') <> (document.state = 'live'))
 ORDER BY object.key
"""

# Live documents that lack an object: each kind has its number, for each locale or in all.
SELECT_UNPUBLISHED: Final = """
SELECT document.kind, document.id, wanted.objects - count(object.key)
  FROM document
  JOIN (VALUES ('product', 2 * %(locales)s), ('list', 2 * %(locales)s), ('navigation', %(locales)s),
               ('home', %(locales)s), ('offer', 1), ('sitemap', 1)) AS wanted (kind, objects)
       ON wanted.kind = document.kind
  LEFT JOIN published_object AS object
       ON regexp_replace(object.kind, '-page$', '') = document.kind AND object.id = document.id
          AND object.state = 'live'
 WHERE document.state = 'live'
 GROUP BY document.kind, document.id, wanted.objects
HAVING count(object.key) < wanted.objects
 ORDER BY 1, 2
"""

# A repeatable choice over all kinds; rare kinds are all in it.
SELECT_TO_RENDER: Final = """
SELECT kind, id FROM document
 WHERE state = 'live' AND kind IN ('product', 'offer', 'list', 'navigation', 'home', 'sitemap')
 ORDER BY kind IN ('product', 'offer', 'list'), md5(kind || id)
 LIMIT %(count)s
"""

# What stands in the bucket is not what we believed: believe what was seen, so that the next put replaces it. Where
# nothing stands, the put finds that out.
CORRECT_PUBLISHED: Final = """
UPDATE published_object
   SET etag = coalesce(seen.etag, published_object.etag), hash = '\\x', version = greatest(version - 1, 0)
  FROM unnest(%(keys)s::text[], %(etags)s::text[]) AS seen (key, etag)
 WHERE published_object.key = seen.key
"""

INSERT_FOUND: Final = """
INSERT INTO published_object (key, kind, id, version, hash, etag, state, release)
SELECT f.key, f.kind, f.id, f.version, '\\x', f.etag, f.state, f.release
  FROM unnest(%(keys)s::text[], %(kinds)s::text[], %(ids)s::text[], %(versions)s::bigint[], %(etags)s::text[],
              %(states)s::text[], %(releases)s::text[]) AS f (key, kind, id, version, etag, state, release)
 ORDER BY f.key
ON CONFLICT DO NOTHING
"""

SELECT_DOCUMENTS_OF_KEYS: Final = """
SELECT DISTINCT regexp_replace(kind, '-page$', '') || ':' || id
  FROM published_object WHERE key = ANY(%(keys)s)
"""
