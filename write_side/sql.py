"""SQL of idempotency keys, and of who owns a cart."""

from typing import Final

# First statement of a keyed command: whoever does not get the lock is told at once, nobody waits.
TRY_LOCK_KEY: Final = """
SELECT pg_try_advisory_xact_lock(
    hashtextextended(%(principal)s || chr(31) || %(route)s || chr(31) || %(key)s, 0))
"""

SELECT_KEY: Final = """
SELECT fingerprint, status, body, headers FROM idempotency_key
 WHERE principal = %(principal)s AND route = %(route)s AND key = %(key)s
"""

INSERT_KEY: Final = """
INSERT INTO idempotency_key (principal, route, key, fingerprint, status, body, headers)
VALUES (%(principal)s, %(route)s, %(key)s, %(fingerprint)s, %(status)s, %(body)s, %(headers)s)
"""

# A part of the WITH that makes the order.
BEGUN_KEY: Final = """
begun AS (
    INSERT INTO idempotency_key (principal, route, key, fingerprint, order_id)
    VALUES (%(principal)s, %(route)s, %(key)s, %(fingerprint)s, %(order_id)s)
)
"""

# The request, a webhook and a sweep may all finish an order: the first answer stays.
ANSWER_ORDER_KEYS: Final = """
UPDATE idempotency_key SET status = %(status)s, body = %(body)s, headers = %(headers)s
 WHERE order_id = %(order_id)s AND status IS NULL
"""

SELECT_ORDER_ANSWER: Final = """
SELECT status, body, headers FROM idempotency_key WHERE order_id = %(order_id)s AND status IS NOT NULL LIMIT 1
"""

SELECT_CART_OWNER: Final = """
SELECT 1 FROM cart
 WHERE id = %(cart_id)s AND (token_hash = %(token_hash)s::bytea OR customer_id = %(customer_id)s::uuid)
"""
