"""Waiting for what happens in other processes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(look: Callable[[], T], what: str, seconds: float = 30.0) -> T:
    """The first true value of `look`; fails with its last one when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"{what} did not happen in {seconds:.0f} s; last seen: {found!r}"
        time.sleep(0.05)
    return found
