"""A customer as both sides answer with them."""

from __future__ import annotations

from msgspec import Struct


class Profile(Struct, frozen=True):
    """A customer, as they see themselves."""

    id: str
    email: str
    name: str
