"""What a row of the bench is and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

if TYPE_CHECKING:
    from ops.bench.context import BenchContext


class Check(Struct, frozen=True, kw_only=True):
    """One measured figure against its target of CONTRACT."""

    what: str
    value: float
    unit: str
    target: float
    reach: Literal["at most", "at least"] = "at most"

    @property
    def passed(self) -> bool:
        """NaN never passes."""
        return self.value <= self.target if self.reach == "at most" else self.value >= self.target


class Limit(Struct, frozen=True, kw_only=True):
    """What the parts alone can do, taken in the same run."""

    what: str
    value: float
    unit: str


class Measurement(Struct, frozen=True, kw_only=True):
    """A row's answer."""

    checks: list[Check]
    limits: list[Limit] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether every target is reached."""
        return all(check.passed for check in self.checks)


class Row(Struct, frozen=True):
    """One line of CONTRACT's "Numbers to reach"."""

    name: str
    description: str
    run: Callable[[BenchContext], Measurement]


class RowUnavailableError(Exception):
    """The row cannot be measured here; the message says what it lacks."""
