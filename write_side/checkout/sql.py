"""SQL of checkout."""

from typing import Final

# Holds may slide for a while from when they were first taken; a cart whose holds all ran out begins anew.
START_CHECKOUT: Final = """
UPDATE cart SET status = 'checking_out', version = version + 1, email = %(email)s, shipping_address = %(shipping_address)s,
                subtotal_minor = %(subtotal)s, discount_minor = %(discount)s, shipping_minor = 0, tax_minor = %(tax)s, total_minor = %(total)s,
                customer_id = coalesce(customer_id, %(customer_id)s), updated_at = clock_timestamp(),
                checkout_at = CASE WHEN status = 'checking_out' AND holds_until > clock_timestamp() THEN checkout_at ELSE clock_timestamp() END
 WHERE id = %(cart_id)s
RETURNING version, greatest(1, least(%(seconds)s, floor(extract(epoch FROM checkout_at + make_interval(secs => %(most_seconds)s) - clock_timestamp()))))::int
"""

# Told to the buyer; what counts is each hold's own time.
STORE_HOLDS_UNTIL: Final = "UPDATE cart SET holds_until = %(holds_until)s WHERE id = %(cart_id)s"
