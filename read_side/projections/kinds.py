"""What a kind of document is to the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from kernel.database import SyncWriteConnection

Contents = Mapping[str, msgspec.Struct]
"""Document bodies by id; an id that is missing has no source and becomes gone."""

Build = Callable[[SyncWriteConnection, Sequence[str]], Contents]
"""Reads the sources of these ids in statements of its own and builds their bodies."""


@dataclass(frozen=True)
class Kind:
    """A kind of document: how its bodies are made and who is owed an effect when one changes."""

    name: str
    build: Build
    shape: type[Any]
    publishers: tuple[str, ...] = ()
    page_publishers: tuple[str, ...] = ()
    published_kinds: tuple[str, ...] = ()
