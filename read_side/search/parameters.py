"""A search's query parameters, read and checked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from kernel.errors import ValidationFailed
from kernel.ids import slugify
from read_side.search.view import Filters

QUERY_MAX: Final = 200
LIMIT_MAX: Final = 100
LIMIT: Final = 24
_SORTS: Final = ("relevance", "price", "-price", "newest", "rating")
_SINGLE: Final = frozenset({"q", "price_min", "price_max", "in_stock", "sort", "limit", "cursor", "locale"})
_REPEATED: Final = frozenset({"brand", "category"})
_ATTRIBUTE: Final = re.compile(r"^attr\.([a-z0-9_]{1,120})$")
_NUMBER: Final = re.compile("[0-9]{1,16}")
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\ud800-\udfff]")


class Asked(Struct, frozen=True):
    """A search as asked: checked, and with a text that names it for its cursors."""

    text: str
    filters: Filters
    sort: str
    limit: int
    cursor: str | None
    locale: str | None

    def identity(self) -> str:
        """What a cursor of this search belongs to."""
        return repr((self.text, self.filters, self.sort))


def read_parameters(items: Iterable[tuple[str, str]]) -> Asked:
    """A search of its query parameters. Raises `ValidationFailed` naming the parameter."""
    single: dict[str, str] = {}
    repeated: dict[str, list[str]] = defaultdict(list)
    for name, value in items:
        if name in _SINGLE:
            if name in single:
                raise ValidationFailed.of(name, "is given twice")
            single[name] = value
        elif name in _REPEATED or _ATTRIBUTE.match(name):
            repeated[name].append(plain_text(value, name))
        else:
            refuse_unknown({name})
    sort = single.get("sort", "relevance")
    if sort not in _SORTS:
        raise ValidationFailed.of("sort", f"is one of {', '.join(_SORTS)}")
    return Asked(
        text=plain_text(single.get("q", "")),
        filters=_filters(single, repeated),
        sort=sort,
        limit=_number(single, "limit", 1, LIMIT_MAX) or LIMIT,
        cursor=single.get("cursor") or None,
        locale=single.get("locale"),
    )


def _filters(single: dict[str, str], repeated: dict[str, list[str]]) -> Filters:
    in_stock = single.get("in_stock")
    if in_stock not in {None, "true", "false"}:
        raise ValidationFailed.of("in_stock", "is true or false")
    attributes = tuple(
        (match[1], tuple(values)) for name, values in sorted(repeated.items()) if (match := _ATTRIBUTE.match(name))
    )
    return Filters(
        brands=tuple(repeated.get("brand", ())),
        categories=tuple(category_path(value) for value in repeated.get("category", ())),
        price_min=_number(single, "price_min", 0, 2**53),
        price_max=_number(single, "price_max", 0, 2**53),
        in_stock=None if in_stock is None else in_stock == "true",
        attributes=attributes,
    )


def category_path(value: str) -> str:
    """A category's slug path, given as that or as its label `Group > Leaf`."""
    if ">" not in value and not re.search("[A-Z ]", value):
        return value.strip("/")
    return "/".join(slugify(name.strip(), "category") for name in value.split(">"))


def plain_text(value: str, name: str = "q") -> str:
    """A text of a parameter. Raises `ValidationFailed` for one too long, or with characters nobody types."""
    if len(value) > QUERY_MAX:
        raise ValidationFailed.of(name, f"has at most {QUERY_MAX} characters")
    if _UNPRINTABLE.search(value):
        raise ValidationFailed.of(name, "holds control characters")
    return value.strip()


def _number(single: dict[str, str], name: str, low: int, high: int) -> int | None:
    raw = single.get(name)
    if raw is None:
        return None
    if not _NUMBER.fullmatch(raw) or not low <= int(raw) <= high:
        raise ValidationFailed.of(name, f"is a whole number from {low} to {high}")
    return int(raw)


def refuse_unknown(names: set[str]) -> None:
    """Raise `ValidationFailed` where there are names that an address does not take."""
    if names:
        raise ValidationFailed.of(min(names), "is not a parameter of this address")
