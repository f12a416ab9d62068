"""What an audit is, what it is given and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from kernel.database import SyncDatabase
from kernel.settings import DatabaseSettings, SearchSettings, ShopSettings, load

Progress = Callable[[str, int, int | None], None]
"""Told what is being looked at, how far it is and, where known, how far it goes."""

SAMPLES_MAX: Final = 10
"""Violations shown of one audit; all are counted."""


@dataclass(frozen=True)
class Violation:
    """One thing that is not as it must be.

    `subject` names it the same way at every look. `keys` are the delivery keys of work that, while undone,
    explains it; none means that nothing can.
    """

    subject: str
    problem: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class AuditResult:
    """How many things were looked at and which of them are wrong."""

    checked: int
    violations: list[Violation] = field(default_factory=list)


@dataclass
class Context:
    """What audits work with; everything is opened on first use."""

    env: Mapping[str, str]
    full: bool = False
    progress: Progress = lambda _what, _done, _total: None

    @cached_property
    def database(self) -> SyncDatabase:
        """The primary, by the direct connection: a snapshot may stand for seconds."""
        (settings,) = load(DatabaseSettings, env=self.env)
        return SyncDatabase(settings, size=4, url=settings.database_direct_url)

    @cached_property
    def shop(self) -> ShopSettings:
        """Locales and currency."""
        (settings,) = load(ShopSettings, env=self.env)
        return settings

    @cached_property
    def search_dir(self) -> Path:
        """The node's local index."""
        (settings,) = load(SearchSettings, env=self.env)
        return Path(settings.search_dir)

    def close(self) -> None:
        """Close what was opened."""
        if "database" in self.__dict__:
            self.database.close()


Run = Callable[[Context], AuditResult]
Repair = Callable[[Context, Iterable[Violation]], str]
"""Asks for what differs to be made again and says in a sentence what was asked for."""


@dataclass(frozen=True)
class Audit:
    """A named proof. Without `repair`, what it finds needs a person."""

    name: str
    description: str
    run: Run
    repair: Repair | None = None
