"""Texts and numbers of feeds made safe, or refused by raising `RowError`."""

from __future__ import annotations

import html
import math
import re
from datetime import date
from typing import Any, Final

import nh3

from kernel.money import AMOUNT_MINOR_MAX
from write_side.catalog.feed.rows import RowError

TITLE_MAX: Final = 300
DESCRIPTION_MAX: Final = 20_000
ATTRIBUTE_TEXT_MAX: Final = 8_000
QUANTITY_MAX: Final = 1_000_000_000

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_LATER_CONTROL: Final = re.compile(r"[\x80-\x9f]")
_SPACE: Final = re.compile(r"\s+")
_MARKUP: Final = re.compile(r"[<>&]")
_TAG_SPACE: Final = re.compile(r"<(?:br|p|li|div|tr|h\d)\b", re.IGNORECASE)
_EAN: Final = re.compile(r"^[0-9]{8,14}$")
_SKU: Final = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")


def text(value: Any, name: str, length_max: int, *, required: bool = False) -> str:
    """A text without markup, control characters and runs of space; None reads as empty."""
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise RowError(f"is {type(value).__name__}, not a text", name)
    if _CONTROL.search(value):
        raise RowError("holds control characters", name)
    value = _LATER_CONTROL.sub(" ", value)
    cleaned = strip_markup(value) if _MARKUP.search(value) else _SPACE.sub(" ", value).strip()
    if len(cleaned) > length_max:
        raise RowError(f"has {len(cleaned)} characters, at most {length_max} are taken", name)
    if required and not cleaned:
        raise RowError("is missing", name)
    return cleaned


def strip_markup(value: str) -> str:
    """The words of a text with markup; entities become characters, scripts and styles go with their content.

    Repeated until nothing changes, so that what was escaped twice cannot come back as markup.
    """
    for _ in range(4):
        spaced = _TAG_SPACE.sub(lambda match: " " + match.group(0), value)
        cleaned = _SPACE.sub(" ", html.unescape(nh3.clean(spaced, tags=set()))).strip()
        if cleaned == value:
            break
        value = cleaned
    return re.sub(r"<(?=[A-Za-z/!?])", "‹", value)


def amount(value: Any, name: str) -> int:
    """A price in minor units."""
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or (isinstance(value, float) and not value.is_integer())
    ):
        raise RowError("is not a whole number of minor units", name)
    if value < 0:
        raise RowError("is negative", name)
    if value > AMOUNT_MINOR_MAX:
        raise RowError(f"is above {AMOUNT_MINOR_MAX}", name)
    return int(value)


def quantity(value: Any, name: str) -> int | None:
    """A stock, None where the feed has none."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= QUANTITY_MAX:
        raise RowError(f"is not a whole number from 0 to {QUANTITY_MAX}", name)
    return value


def eans(value: Any, name: str) -> list[str]:
    """Bar codes, sorted, each once."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(ean, str) and _EAN.match(ean) for ean in value):
        raise RowError("is not a list of codes of 8 to 14 digits", name)
    return sorted(set(value))


def sku(value: Any, name: str) -> str:
    """A stock-keeping unit."""
    if not isinstance(value, str) or not _SKU.match(value):
        raise RowError("is not 1 to 64 letters, digits, dots, dashes or underscores", name)
    return value


def day(value: Any, name: str, fallback: date) -> date:
    """A date of `2006-07-01` or `2006-07-01T00:00:00Z`; empty reads as `fallback`."""
    if value in (None, ""):
        return fallback
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise RowError("is not a date", name) from error


def attribute(value: Any, name: str) -> str | float | bool | None:
    """A typed value; None for an empty text."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        if not math.isfinite(value) or abs(value) > 1e15:
            raise RowError("is not a finite number", name)
        return float(value)
    return text(value, name, ATTRIBUTE_TEXT_MAX) or None
