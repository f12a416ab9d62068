"""Wall-clock time. Whatever decides about rows is compared with the database's clock instead."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The time now, aware, in UTC."""
    return datetime.now(UTC)


def rfc3339(at: datetime) -> str:
    """A time as the API writes it: UTC, milliseconds, `Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
