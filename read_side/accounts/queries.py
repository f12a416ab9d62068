"""SQL of one's own account, on the replica and, where that is behind, on the primary."""

from typing import Final

# The cart made last that is not ordered yet, by the index cart_customer.
SELECT_PROFILE: Final = """
SELECT a.id::text, a.email, a.name,
       (SELECT c.id::text FROM cart c
         WHERE c.customer_id = a.id AND c.status IN ('active', 'checking_out', 'completing') ORDER BY c.id DESC LIMIT 1)
  FROM account a WHERE a.id = %(account_id)s
"""
