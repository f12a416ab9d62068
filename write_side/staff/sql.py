"""SQL of the audit log."""

from typing import Final

# The chain has one writer at a time. The lock is taken last in a command: held for one insert and the commit.
LOCK_CHAIN: Final = "SELECT pg_advisory_xact_lock(hashtextextended('techmart.audit', 0))"

SELECT_LAST_ENTRY: Final = "SELECT sequence, hash FROM audit_entry ORDER BY sequence DESC LIMIT 1"

INSERT_ENTRY: Final = """
INSERT INTO audit_entry (sequence, at, actor_id, action, subject, before, after, command_id, request_id,
                         address, previous, hash)
VALUES (%(sequence)s, %(at)s, %(actor_id)s, %(action)s, %(subject)s, %(before)s, %(after)s, %(command_id)s,
        %(request_id)s, %(address)s, %(previous)s, %(hash)s)
"""
