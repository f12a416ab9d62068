"""SQL of the sources of order lists."""

from typing import Final

_SOURCES = """
SELECT o.id::text, o.number, o.status, o.payment_status, o.fulfilment_status, o.total_minor, o.currency, rfc3339(o.created_at),
       rfc3339(o.placed_at), l.units, l.titles
  FROM shop_order o,
       LATERAL (SELECT sum(quantity)::int AS units, array_agg(title ORDER BY position) AS titles
                  FROM order_line WHERE order_id = o.id) AS l
"""

# Hidden until they are placed: a pending order, and one that never was more.
SELECT_ORDER_SOURCES: Final = f"{_SOURCES} WHERE o.id = ANY(%(ids)s::uuid[]) AND o.placed_at IS NOT NULL"

# What a token's commands touched, read where it is certainly known.
SELECT_ORDERS_OF_COMMANDS: Final = f"""
{_SOURCES}
 WHERE o.placed_at IS NOT NULL AND o.customer_id = %(customer_id)s
   AND o.id IN (SELECT aggregate_id::uuid FROM outbox_event WHERE command_id = ANY(%(commands)s) AND aggregate = 'order')
"""

STORE_ENTRIES: Final = """
INSERT INTO order_entry (order_id, customer_id, created_at)
SELECT id::text, customer_id, date_trunc('milliseconds', created_at) FROM shop_order
 WHERE id = ANY(%(ids)s::uuid[]) AND customer_id IS NOT NULL AND placed_at IS NOT NULL
ON CONFLICT (order_id) DO UPDATE SET customer_id = EXCLUDED.customer_id, created_at = EXCLUDED.created_at
"""
