"""SQL of accounts, sessions and failure counts."""

# ruff: noqa: S105 - statements about passwords and tokens hold none

from typing import Final

SELECT_LOGIN: Final = """
SELECT id, password_hash, is_staff FROM account WHERE email_key = %(email_key)s AND disabled_at IS NULL
"""

SELECT_OWN_LOGIN: Final = "SELECT email, password_hash FROM account WHERE id = %(account_id)s"

INSERT_CUSTOMER: Final = """
INSERT INTO account (email, email_key, name, password_hash)
VALUES (%(email)s, %(email_key)s, %(name)s, %(password_hash)s)
ON CONFLICT (email_key) DO NOTHING RETURNING id
"""

# A new hash only replaces the one that the present password was compared with.
UPDATE_PROFILE: Final = """
UPDATE account SET name = coalesce(%(name)s, name), password_hash = coalesce(%(new)s, password_hash)
 WHERE id = %(account_id)s AND (%(old)s::text IS NULL OR password_hash = %(old)s)
RETURNING email, name
"""

INSERT_SESSION: Final = """
INSERT INTO session (account_id, expires_at)
VALUES (%(account_id)s, clock_timestamp() + make_interval(days => %(days)s::int)) RETURNING id
"""

INSERT_REFRESH_TOKEN: Final = """
INSERT INTO refresh_token (token_hash, session_id) VALUES (%(token_hash)s, %(session_id)s)
"""

# The row lock makes two uses of one token take turns: the second sees it used.
LOCK_REFRESH_TOKEN: Final = """
SELECT r.session_id, r.used_at IS NOT NULL, s.account_id,
       s.revoked_at IS NULL AND s.expires_at > clock_timestamp() AND a.disabled_at IS NULL
  FROM refresh_token r JOIN session s ON s.id = r.session_id JOIN account a ON a.id = s.account_id
 WHERE r.token_hash = %(token_hash)s
   FOR UPDATE OF r
"""

USE_REFRESH_TOKEN: Final = "UPDATE refresh_token SET used_at = clock_timestamp() WHERE token_hash = %(token_hash)s"

# A rotation holds the session's key by the token it inserts: this waits for it, and the next statement sees that token.
LOCK_SESSION: Final = "SELECT 1 FROM session WHERE id = %(session_id)s FOR UPDATE"

REPLACE_REFRESH_TOKENS: Final = """
WITH void AS (DELETE FROM refresh_token WHERE session_id = %(session_id)s)
INSERT INTO refresh_token (token_hash, session_id) VALUES (%(token_hash)s, %(session_id)s)
"""

REVOKE_OTHER_SESSIONS: Final = """
UPDATE session SET revoked_at = clock_timestamp()
 WHERE account_id = %(account_id)s AND id <> %(session_id)s AND revoked_at IS NULL RETURNING id
"""

REVOKE_SESSION: Final = """
UPDATE session SET revoked_at = clock_timestamp() WHERE id = %(session_id)s AND revoked_at IS NULL
"""

REVOKE_SESSIONS: Final = """
UPDATE session SET revoked_at = clock_timestamp()
 WHERE account_id = %(account_id)s AND revoked_at IS NULL RETURNING id
"""

SELECT_FAILURES: Final = """
SELECT failures,
       greatest(1, ceil(extract(epoch FROM window_start + make_interval(secs => %(window_seconds)s)
                                      - clock_timestamp())))::int
  FROM failure_count
 WHERE scope = %(scope)s AND subject = %(subject)s
   AND window_start > clock_timestamp() - make_interval(secs => %(window_seconds)s)
"""

COUNT_FAILURE: Final = """
INSERT INTO failure_count (scope, subject, window_start, failures)
VALUES (%(scope)s, %(subject)s, clock_timestamp(), 1)
ON CONFLICT (scope, subject) DO UPDATE SET
    failures = CASE WHEN failure_count.window_start
                         > clock_timestamp() - make_interval(secs => %(window_seconds)s)
                    THEN failure_count.failures + 1 ELSE 1 END,
    window_start = CASE WHEN failure_count.window_start
                             > clock_timestamp() - make_interval(secs => %(window_seconds)s)
                        THEN failure_count.window_start ELSE clock_timestamp() END
"""

UPSERT_ROLE: Final = """
INSERT INTO role (name, permissions) VALUES (%(name)s, %(permissions)s)
ON CONFLICT (name) DO UPDATE SET permissions = EXCLUDED.permissions
"""

UPSERT_OWNER: Final = """
INSERT INTO account (email, email_key, name, password_hash, is_staff)
VALUES (%(email)s, lower(%(email)s), 'Owner', %(password_hash)s, true)
ON CONFLICT (email_key) DO NOTHING RETURNING id
"""

GRANT_ROLE: Final = """
INSERT INTO account_role (account_id, role) VALUES (%(account_id)s, %(role)s) ON CONFLICT DO NOTHING
"""
