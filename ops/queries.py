"""SQL of operations' own small questions."""

from typing import Final

# Whether the demo shop is still to be made: nothing was sold here yet, or its making was begun and never finished;
# and whether there are no products but its own.
DEMO_STATE: Final = """
SELECT NOT EXISTS (SELECT 1 FROM product)
           OR coalesce((SELECT bool_and(state <> 'finished') FROM import_run WHERE source = %(source)s), false),
       (SELECT count(*) FROM (SELECT 1 FROM product LIMIT %(count)s + 1) AS few) <= %(count)s
"""

# Sitemaps may come minutes later; what shoppers look at is owed by the other consumers.
COUNT_OWED: Final = """
SELECT (SELECT count(*) FROM outbox_delivery WHERE done_at IS NULL AND dead_at IS NULL)
     + (SELECT count(*) FROM outbox_keyed WHERE dead_at IS NULL AND consumer <> 'sitemaps.project')
"""

SELECT_FEED_IDS: Final = "SELECT id::text, feed_id FROM product WHERE feed_id IS NOT NULL"
