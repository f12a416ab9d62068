"""SQL of following the documents on the replica."""

from typing import Final

# What changed since the mark. A transaction still open has an id not lower than its snapshot's xmin, the next mark, so
# that what it commits later is seen then.
SELECT_CHANGED: Final = """
WITH changed AS (
    SELECT DISTINCT id FROM document
     WHERE kind IN ('product', 'offer') AND changed_xid >= %(mark)s::text::xid8 AND version > 0
)
SELECT c.id, coalesce(p.version, 0), CASE WHEN p.state = 'live' THEN p.content END,
       coalesce(o.version, 0), CASE WHEN o.state = 'live' THEN o.content END
  FROM changed c
  LEFT JOIN document p ON p.kind = 'product' AND p.id = c.id
  LEFT JOIN document o ON o.kind = 'offer' AND o.id = c.id
"""

# Read before what changed, so that a look never skips; what is read twice is known by its version.
SELECT_NEXT_MARK: Final = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text"
