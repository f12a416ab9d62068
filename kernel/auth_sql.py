"""SQL of sessions, as both sides read them."""

from typing import Final

# Roles are read with the session, so that what is taken away is gone within the cache's 30 s.
SELECT_SESSION: Final = """
SELECT a.id, a.is_staff,
       coalesce((SELECT array_agg(DISTINCT p)
                   FROM account_role ar JOIN role r ON r.name = ar.role, unnest(r.permissions) AS p
                  WHERE ar.account_id = a.id), '{}')
  FROM session s
  JOIN account a ON a.id = s.account_id
 WHERE s.id = %(session_id)s AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp()
   AND a.disabled_at IS NULL
"""
