"""Arrays and numbered texts that grow while older versions of them stay as they were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from read_side.search.fields import SEPARATOR

Ints = NDArray[Any]
Slots = NDArray[np.intp]

ROW_BITS: Final = 3
CHOICES_A_ROW: Final = 1 << ROW_BITS
"""Attribute values of a product stand in rows of so many, the last filled up with none: rows are copied whole, fast."""

NO_CHOICE: Final = 0
NAMES_MAX: Final = 2**16
"""Attributes that can be told apart in two bytes; those of a catalogue with more are not counted."""


class Growing:
    """An array that grows at its end; views given out before stay as they were."""

    def __init__(self, dtype: Any, width: int | None = None) -> None:
        self._array: Ints = np.empty((1024,) if width is None else (1024, width), dtype)
        self.length = 0

    def extend(self, values: Sequence[Any] | Ints) -> None:
        """Put values behind the last."""
        needed = self.length + len(values)
        if needed > len(self._array):
            larger = np.empty((max(needed, 2 * len(self._array)), *self._array.shape[1:]), self._array.dtype)
            larger[: self.length] = self.view()
            self._array = larger
        if len(values):
            self._array[self.length : needed] = values
        self.length = needed

    def view(self) -> Ints:
        """The values so far."""
        return self._array[: self.length]


class Alphabet(NamedTuple):
    """The place of each number in the alphabet, and the number at each place."""

    places: Ints
    numbers: Ints

    @classmethod
    def of(cls, numbers: Sequence[int] | Ints) -> Alphabet:
        """The alphabet of numbers that stand in its order."""
        places = np.empty(len(numbers), np.int64)
        places[numbers] = np.arange(len(numbers))
        return cls(places, np.asarray(numbers, np.int64))


class Names:
    """Texts by number, in the order in which they were met, each with how its count begins in JSON."""

    def __init__(self, head: Callable[[str], str]) -> None:
        self._head = head
        self.texts: list[str] = []
        self.heads: list[str] = []
        self._codes: dict[str, int] = {}
        self._alphabet = Alphabet.of([])

    def code(self, text: str) -> int:
        """The number of a text, a new one for a new text."""
        code = self._codes.setdefault(text, len(self.texts))
        if code == len(self.texts):
            self.texts.append(text)
            self.heads.append(self._head(text))
        return code

    def find(self, text: str) -> int:
        """The number of a text, -1 for one never met."""
        return self._codes.get(text, -1)

    @property
    def alphabet(self) -> Alphabet:
        """What orders the texts; made again only when there are more."""
        if len(self._alphabet.places) < len(self.texts):
            self._alphabet = Alphabet.of(sorted(range(len(self.texts)), key=self.texts.__getitem__))
        return self._alphabet

    def __len__(self) -> int:
        return len(self.texts)


def value_head(text: str) -> str:
    """The beginning of a value's count."""
    return f'{{"value":{json_text(text)},"count":'


def category_head(text: str) -> str:
    """The same of a category, `label␟path`."""
    label, _, path = text.partition(SEPARATOR)
    return f'{{"value":{json_text(label)},"path":{json_text(path)},"count":'


def json_text(text: str) -> str:
    """A text as JSON."""
    return msgspec.json.encode(text).decode()


class Choices:
    """Attribute values (`name␟value`) by number, and the attribute of each. Number 0, of attribute 0, is none."""

    def __init__(self) -> None:
        self.values = Names(lambda value: value_head(value.partition(SEPARATOR)[2]))
        self.names = Names(lambda name: f"{json_text(name)}:[")
        self._names: list[int] = []
        self._name_of, self._beginnings = Growing(np.int32), Growing(np.int64)
        self._alphabet = Alphabet.of([])
        self._code(SEPARATOR)

    def _code(self, value: str) -> int:
        code = self.values.code(value)
        if code == len(self._names):
            name, _, text = value.partition(SEPARATOR)
            self._names.append(self.names.code(name))
            self._name_of.extend([self._names[code]])
            self._beginnings.extend([_beginning(text)])
        return code

    @property
    def name_of(self) -> Ints:
        """The attribute of each value."""
        return self._name_of.view()

    @property
    def alphabet(self) -> Alphabet:
        """What orders the texts of the values, by their first seven bytes; made again only when there are more."""
        beginnings = self._beginnings.view()
        if len(self._alphabet.places) < len(beginnings):
            self._alphabet = Alphabet.of(np.argsort(beginnings, kind="stable"))
        return self._alphabet

    def rows(self, values: Sequence[str]) -> list[list[int]]:
        """Numbers of a product's values, in full rows."""
        codes = [code for value in values if self._names[code := self._code(value)] < NAMES_MAX]
        codes += [NO_CHOICE] * (-len(codes) % CHOICES_A_ROW)
        return [codes[start : start + CHOICES_A_ROW] for start in range(0, len(codes), CHOICES_A_ROW)]


def _beginning(text: str) -> int:
    return int.from_bytes(text.encode()[:7].ljust(7, b"\0"))


def spans(starts: Ints, slots: Slots) -> tuple[Ints, Ints]:
    """Where the rows of some slots lie, and how many each has."""
    first = starts.take(slots)
    lengths = starts.take(slots + 1) - first
    ends = lengths.cumsum()
    where = (first - ends + lengths).repeat(lengths)
    where += np.arange(len(where))
    return where, lengths


def above_zero(numbers: Ints) -> Slots:
    """The places of the numbers above zero. (Numpy finds those of a mask several times as fast as those of numbers.)"""
    return (numbers > 0).nonzero()[0]
