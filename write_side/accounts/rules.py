"""Rules of accounts: who may do what, and how often one may fail."""

from __future__ import annotations

import hashlib
import re
import secrets
from functools import cache
from typing import Final

from kernel.errors import ValidationFailed

ROLES: Final[dict[str, tuple[str, ...]]] = {
    "owner": ("*",),
    "catalog_manager": ("catalog.edit", "catalog.publish", "prices.edit"),
    "inventory_manager": ("inventory.adjust",),
    "support": ("orders.read",),
}
"""Permissions of each role; `*` is every permission."""

LOGIN_FAILURES_MAX: Final = 10
LOGIN_WINDOW_SECONDS: Final = 600


PASSWORD_LENGTH_MIN: Final = 8
PASSWORD_LENGTH_MAX: Final = 1024

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def clean_email(email: str) -> str:
    """An address without the spaces around it. Raises `ValidationFailed` for what is none."""
    address = email.strip()
    if not _EMAIL.fullmatch(address) or not address.isprintable():
        raise ValidationFailed.of("email", "is not an e-mail address")
    return address


def check_password(path: str, password: str, email: str) -> None:
    """Refuse what is guessed first: the most used passwords, and the address itself. Raises `ValidationFailed`."""
    guessed = password.strip().lower()
    if guessed in _most_used() or guessed == email_key(email):
        raise ValidationFailed.of(path, "is one of the first that are guessed; choose another")


@cache
def _most_used() -> frozenset[str]:
    """The 30,000 passwords found most in breaches, those of a length that is taken; read once, when first needed."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= PASSWORD_LENGTH_MIN)


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
