"""SQL of an order, as both sides read it; a statement puts its own condition behind it."""

from typing import Final

# Lines and timeline by their primary keys; the payment is the latest attempt.
ORDER: Final = """
SELECT o.id::text, o.number, o.status, o.payment_status, o.fulfilment_status, o.cancel_reason, o.currency,
       o.subtotal_minor, o.discount_minor, o.shipping_minor, o.tax_minor, o.total_minor, o.email, o.shipping_option,
       o.shipping_address, o.billing_address, rfc3339(o.created_at), rfc3339(o.placed_at),
       (SELECT json_agg(json_build_array(l.sku, l.product_id, l.title, l.quantity, l.unit_minor, l.line_minor, l.tax_minor)
                        ORDER BY l.position) FROM order_line l WHERE l.order_id = o.id),
       (SELECT json_agg(json_build_array(e.kind, rfc3339(e.at), e.actor) ORDER BY e.id)
          FROM order_event e WHERE e.order_id = o.id),
       (SELECT json_build_array(p.state, p.redirect_url) FROM payment p WHERE p.order_id = o.id
         ORDER BY p.attempt DESC LIMIT 1)
  FROM shop_order o
"""
