"""SQL of idempotency keys."""

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
