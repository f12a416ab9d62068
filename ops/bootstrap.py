"""What a new stack needs before it is ready."""
from __future__ import annotations
from collections.abc import Callable


def run(owner_password: str, say: Callable[[str], None]) -> None:
    """Placeholder replaced below."""
