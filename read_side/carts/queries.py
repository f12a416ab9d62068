"""SQL of one's cart, on the replica and, where that is behind, on the primary."""

from typing import Final

from kernel.carts_sql import CART, OWN_CART

# One statement, so that lines and totals are of one moment; lines by the primary key, in the order they were added.
SELECT_OWN_CART: Final = f"""
SELECT {CART},
       (SELECT coalesce(json_agg(json_build_array(l.sku, l.product_id, l.title, l.quantity, l.unit_minor, l.line_minor)
                                 ORDER BY l.added_at, l.sku), '[]')::text FROM cart_line l WHERE l.cart_id = c.id)
  FROM cart c WHERE {OWN_CART}
"""
