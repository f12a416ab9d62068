"""SQL of the migration runner."""

from typing import Final

# One runner at a time, for the length of its transaction.
LOCK_RUNNER: Final = "SELECT pg_advisory_xact_lock(hashtextextended('techmart.migrations', 0))"

CREATE_HISTORY: Final = """
CREATE TABLE IF NOT EXISTS schema_migration (
    version     integer     PRIMARY KEY,
    name        text        NOT NULL,
    sha256      bytea       NOT NULL,
    applied_at  timestamptz NOT NULL DEFAULT clock_timestamp()
)
"""

SELECT_HISTORY: Final = "SELECT version, name, sha256 FROM schema_migration ORDER BY version"

RECORD: Final = "INSERT INTO schema_migration (version, name, sha256) VALUES (%(version)s, %(name)s, %(sha256)s)"

# A migration that must wait for readers gives up and is run again, before it makes others wait behind it.
LIMIT_WAITS: Final = """
SELECT set_config('lock_timeout', '4s', true), set_config('statement_timeout', '60s', true)
"""
"""Lock and statement time-outs of one migration."""
