"""SQL of connections themselves."""

from typing import Final

IS_IN_RECOVERY: Final = "SELECT pg_is_in_recovery()"
