"""Columns of a cart, as both sides select them of `cart c`, and whose it is."""

from typing import Final

CART: Final = """c.id, c.customer_id, c.status, c.version, c.currency, c.email, c.shipping_address::text, c.subtotal_minor,
       c.discount_minor, c.shipping_minor, c.tax_minor, c.total_minor, c.checkout_at, c.holds_until"""

OWN_CART: Final = (
    """c.id = %(cart_id)s AND (c.token_hash = %(token_hash)s::bytea OR c.customer_id = %(customer_id)s::uuid)"""
)
