"""SQL of the read API, on the replica."""

from typing import Final

SELECT_CARDS: Final = """
SELECT p.id, p.version, p.content::text, o.version, CASE WHEN o.state = 'live' THEN o.content::text END
  FROM document p LEFT JOIN document o ON o.kind = 'offer' AND o.id = p.id
 WHERE p.kind = 'product' AND p.id = ANY(%(ids)s) AND p.state = 'live'
"""

# By id, by slug (of a product without a document yet too), or by the SKU of a variant: the first that fits.
SELECT_PRODUCT_BY_ID: Final = """
SELECT id, version, state, content::text, committed_at FROM document WHERE kind = %(kind)s AND id = %(name)s AND version > 0
"""
SELECT_PRODUCT_ID_BY_NAME: Final = """
SELECT id FROM (
    SELECT id, 1 AS rank FROM document WHERE kind = 'product' AND slug = %(name)s AND version > 0
    UNION ALL
    SELECT id::text, 2 FROM product WHERE slug = %(name)s
    UNION ALL
    SELECT product_id::text, 3 FROM variant WHERE sku = %(name)s
    UNION ALL
    SELECT product_id::text, 4 FROM former_slug WHERE slug = %(name)s
) AS found ORDER BY rank LIMIT 1
"""

SELECT_VISIBLE_COMMANDS: Final = """
SELECT count(DISTINCT command_id) FROM outbox_event WHERE command_id = ANY(%(commands)s)
"""
SELECT_UNDONE: Final = """
SELECT EXISTS (SELECT 1 FROM outbox_delivery
                WHERE command_id = ANY(%(commands)s) AND consumer = ANY(%(consumers)s) AND done_at IS NULL)
"""

# The products that some commands touched; what touches more than a page of them is no change of one's own.
SELECT_TOUCHED: Final = """
SELECT DISTINCT aggregate_id FROM outbox_event
 WHERE command_id = ANY(%(commands)s) AND aggregate = 'product' LIMIT %(most)s
"""

SELECT_AUDIT: Final = """
SELECT sequence, at, actor_id::text, action, subject, before, after, request_id FROM audit_entry
 WHERE sequence < %(before)s ORDER BY sequence DESC LIMIT %(limit)s
"""
