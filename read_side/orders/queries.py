"""SQL of one's orders, on the replica and, where that is behind, on the primary."""

from typing import Final

from kernel.orders_sql import ORDER

# The customer's, or that of the cart whose token is shown.
SELECT_OWN_ORDER: Final = f"""{ORDER}
 WHERE o.id = %(order_id)s
   AND (o.customer_id = %(customer_id)s::uuid
        OR EXISTS (SELECT 1 FROM cart c WHERE c.id = o.cart_id AND c.token_hash = %(token_hash)s::bytea))
"""

SELECT_HISTORY: Final = """
SELECT d.content::text, e.created_at, e.order_id FROM order_entry e
  JOIN document d ON d.kind = 'order' AND d.id = e.order_id AND d.state = 'live'
 WHERE e.customer_id = %(customer_id)s AND (e.created_at, e.order_id) < (%(before_at)s, %(before_id)s)
 ORDER BY e.created_at DESC, e.order_id DESC LIMIT %(limit)s
"""
