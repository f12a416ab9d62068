"""Rules of accounts: who may do what, and how often one may fail."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

ROLES: Final[dict[str, tuple[str, ...]]] = {
    "owner": ("*",),
    "catalog_manager": ("catalog.edit", "catalog.publish", "prices.edit"),
    "inventory_manager": ("inventory.adjust",),
    "support": ("orders.read",),
}
"""Permissions of each role; `*` is every permission."""

LOGIN_FAILURES_MAX: Final = 10
LOGIN_WINDOW_SECONDS: Final = 600


def email_key(email: str) -> str:
    """The form under which an address is one account, whatever its letter case."""
    return email.strip().lower()


def new_refresh_token() -> tuple[str, bytes]:
    """A refresh token of 256 bits and the hash it is stored as."""
    token = secrets.token_urlsafe(32)
    return token, token_hash(token)


def token_hash(token: str) -> bytes:
    """What is stored of a refresh token."""
    return hashlib.sha256(token.encode()).digest()
