"""SQL of checkout."""

from typing import Final

from kernel.outbox_sql import EVENTS
from write_side.carts.sql import PRICED

_SLIDES: Final = "status = 'checking_out' AND holds_until > clock_timestamp()"

# Holds may slide for a while from when they were first taken; a cart whose holds all ran out begins anew.
START_CHECKOUT: Final = f"""
WITH {EVENTS}, repriced AS (
    UPDATE cart_line AS l
       SET title = line.title, unit_minor = line.unit_minor, line_minor = line.line_minor, tax_minor = line.tax_minor
      FROM {PRICED}
     WHERE l.cart_id = %(cart_id)s AND l.sku = line.sku
       AND (l.title, l.unit_minor, l.tax_minor) IS DISTINCT FROM (line.title, line.unit_minor, line.tax_minor)
)
UPDATE cart SET status = 'checking_out', version = version + 1, email = %(email)s, shipping_address = %(shipping_address)s,
                subtotal_minor = %(subtotal)s, discount_minor = %(discount)s, shipping_minor = 0, tax_minor = %(tax)s, total_minor = %(total)s,
                customer_id = coalesce(customer_id, %(customer_id)s), updated_at = clock_timestamp(),
                checkout_at = CASE WHEN {_SLIDES} THEN checkout_at ELSE clock_timestamp() END,
                holds_until = clock_timestamp() + CASE WHEN {_SLIDES}
                    THEN greatest(interval '1 second', least(make_interval(secs => %(seconds)s),
                                                             checkout_at + make_interval(secs => %(most_seconds)s) - clock_timestamp()))
                    ELSE make_interval(secs => %(seconds)s) END
 WHERE id = %(cart_id)s
RETURNING holds_until
"""
