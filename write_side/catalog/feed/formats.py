"""Formats of feeds: each turns one record into a `FeedProduct` or raises `RowError`."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from kernel.ids import slugify
from write_side.catalog.feed import cleaning
from write_side.catalog.feed.rows import FeedImage, FeedProduct, FeedVariant, RowError

ATTRIBUTES_MAX: Final = 1_000
OPTIONS_MAX: Final = 20
CATEGORY_PATH_MAX: Final = 280
"""The column takes 300; a number may have to follow where the path is taken."""

Record = Mapping[str, Any]
Parse = Callable[[Record], FeedProduct]

_ATTRIBUTE: Final = re.compile(r"^attr_([tnb])_(.+)$")
_KINDS: Final[dict[str, type | tuple[type, ...]]] = {"t": str, "n": (int, float), "b": bool}
_NAME: Final = re.compile(r"[^a-z0-9_]+")
_PICTURE: Final = re.compile(r"^/media/[A-Za-z0-9][A-Za-z0-9._/-]{0,380}$")
_NUMBERS: Final[dict[type, re.Pattern[str]]] = {
    int: re.compile(r"^-?[0-9]{1,18}$"),
    float: re.compile(r"^-?[0-9]{1,18}(\.[0-9]{1,18})?$"),
}
_FIRST_DAY: Final = date(2000, 1, 1)


def derived_day(feed_id: str) -> date:
    """The release day of a row that has none: always the same for the same id."""
    return _FIRST_DAY + timedelta(days=zlib.crc32(feed_id.encode()) % 3650)


def icecat(record: Record) -> FeedProduct:
    """A product of the Icecat open catalogue."""
    given = record.get("id")
    numbered = isinstance(given, int) and not isinstance(given, bool)
    identity = cleaning.text(str(given) if numbered else given, "id", 60, required=True)
    title = cleaning.text(record.get("title"), "title", cleaning.TITLE_MAX, required=True)
    price = cleaning.amount(record.get("price"), "price")
    sku = cleaning.sku(f"ICE-{identity}", "id")
    variant = FeedVariant(
        sku,
        title,
        price,
        None,
        cleaning.quantity(record.get("quantity"), "quantity"),
        cleaning.eans(record.get("ean"), "ean"),
    )
    return FeedProduct(
        feed_id=f"icecat:{identity}",
        title=title,
        brand=cleaning.text(record.get("supplier"), "supplier", 120, required=True),
        category=category(record.get("category")),
        released_on=cleaning.day(record.get("date_released"), "date_released", derived_day(identity)),
        variants=[variant],
        description=cleaning.text(record.get("short_description"), "short_description", cleaning.DESCRIPTION_MAX),
        attributes=_icecat_attributes(record),
    )


def _icecat_attributes(record: Record) -> dict[str, str | float | bool]:
    found: dict[str, str | float | bool] = {}
    for key, raw in record.items():
        if not (match := _ATTRIBUTE.match(key)) or raw is None:
            continue
        kind, name = match.groups()
        if not isinstance(raw, _KINDS[kind]) or (kind == "n" and isinstance(raw, bool)):
            raise RowError(f"is {type(raw).__name__}, not what its name says", key)
        value = cleaning.attribute(raw, key)
        if value is not None:
            found[_free_name(attribute_name(name), kind, found)] = value
    return found


def _free_name(name: str, kind: str, found: Mapping[str, Any]) -> str:
    return f"{name}_{kind}" if name in found else name


def attribute_name(name: str) -> str:
    """An attribute's name in our form."""
    return _NAME.sub("_", name.lower()).strip("_")[:120] or "attribute"


def own(record: Record) -> FeedProduct:
    """Our own JSON Lines: the fields of POST /admin/products, and `feed_id`, `variants`, `eans`, `images`, `released_on`."""
    unknown = set(record) - _OWN_FIELDS
    if unknown:
        raise RowError("is not a field of this format", min(unknown))
    title = cleaning.text(record.get("title"), "title", cleaning.TITLE_MAX, required=True)
    variants = [_variant(entry, title) for entry in _list(record.get("variants") or [record], "variants")]
    identity = cleaning.text(record.get("feed_id") or variants[0].sku, "feed_id", 100, required=True)
    attributes = _mapping(record.get("attributes"), "attributes", ATTRIBUTES_MAX)
    rating = record.get("rating")
    if rating is not None and (isinstance(rating, bool) or not isinstance(rating, int | float) or not 0 <= rating <= 5):
        raise RowError("is not a number from 0 to 5", "rating")
    values = {
        attribute_name(str(name)): cleaning.attribute(value, f"attributes.{name}") for name, value in attributes.items()
    }
    return FeedProduct(
        feed_id=identity,
        title=title,
        brand=cleaning.text(record.get("brand"), "brand", 120, required=True),
        category=category(record.get("category")),
        released_on=cleaning.day(record.get("released_on"), "released_on", derived_day(identity)),
        variants=variants,
        description=cleaning.text(record.get("description"), "description", cleaning.DESCRIPTION_MAX),
        attributes={name: value for name, value in values.items() if value is not None},
        images=[_image(entry) for entry in _list(record.get("images") or [], "images")],
        rating=None if rating is None else round(float(rating), 1),
    )


_OWN_FIELDS: Final = frozenset(
    {
        "feed_id", "sku", "title", "brand", "category", "price", "compare_at_price", "quantity", "description",
        "attributes", "eans", "options", "images", "released_on", "rating", "variants",
    }
)  # fmt: skip


def _variant(record: Any, title: str) -> FeedVariant:
    if not isinstance(record, Mapping):
        raise RowError("holds something that is not an object", "variants")
    compare_at = record.get("compare_at_price")
    options = _mapping(record.get("options"), "options", OPTIONS_MAX)
    price = cleaning.amount(record.get("price"), "price")
    return FeedVariant(
        cleaning.sku(record.get("sku"), "sku"),
        cleaning.text(record.get("title") or title, "title", cleaning.TITLE_MAX, required=True),
        price,
        None if compare_at is None else _higher(cleaning.amount(compare_at, "compare_at_price"), price),
        cleaning.quantity(record.get("quantity"), "quantity"),
        cleaning.eans(record.get("eans"), "eans"),
        {
            cleaning.text(name, "options", 120, required=True): cleaning.text(value, f"options.{name}", 200)
            for name, value in options.items()
        },
    )


def _higher(compare_at: int, price: int) -> int:
    if compare_at <= price:
        raise RowError("is not higher than the price", "compare_at_price")
    return compare_at


def _image(record: Any) -> FeedImage:
    if not isinstance(record, Mapping) or not _PICTURE.match(str(record.get("url", ""))):
        raise RowError("is not a picture below /media/", "images")
    return FeedImage(
        record["url"],
        cleaning.text(record.get("alt"), "images.alt", 300),
        _pixels(record.get("width", 800), "images.width"),
        _pixels(record.get("height", 600), "images.height"),
    )


def _pixels(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 20_000:
        raise RowError("is not a number of pixels", name)
    return value


def _mapping(value: Any, name: str, length_max: int) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping) or len(value) > length_max:
        raise RowError(f"is not an object of at most {length_max} fields", name)
    return value


CSV_COLUMNS: Final = _OWN_FIELDS - {"attributes", "options", "images", "variants"}


def is_attribute(column: str) -> bool:
    """Whether a column of CSV holds an attribute."""
    return _ATTRIBUTE.match(column) is not None


def csv(record: Record) -> FeedProduct:
    """A line of CSV: our own fields as columns, `eans` separated by spaces, `attr_t_…`, `attr_n_…`, `attr_b_…` for attributes."""
    fields: dict[str, Any] = {}
    attributes: dict[str, Any] = {}
    for name, raw in record.items():
        if match := _ATTRIBUTE.match(name):
            attributes[match[2]] = _typed(match[1], raw, name)
        elif raw != "":
            fields[name] = _csv_value(name, raw)
    given = {name: value for name, value in attributes.items() if value is not None}
    return own({**fields, "attributes": given} if given else fields)


def _csv_value(name: str, raw: str) -> Any:
    if name == "eans":
        return raw.split()
    if name in {"price", "compare_at_price", "quantity"}:
        return _number(raw, name, int)
    return _number(raw, name, float) if name == "rating" else raw


def _typed(kind: str, raw: str, name: str) -> Any:
    if raw == "":
        return None
    if kind == "b":
        if raw.lower() not in {"true", "false", "1", "0"}:
            raise RowError("is neither true nor false", name)
        return raw.lower() in {"true", "1"}
    return _number(raw, name, float) if kind == "n" else raw


def _number(raw: str, name: str, kind: type[int] | type[float]) -> int | float:
    if not _NUMBERS[kind].match(raw):
        raise RowError("is not a whole number" if kind is int else "is not a number", name)
    return kind(raw)


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list) or len(value) > 200:
        raise RowError("is not a list of at most 200", name)
    return value


def category(value: Any) -> str:
    """`Group > Leaf`, cleaned; a row without one belongs to `Other`."""
    label = cleaning.text(value, "category", 400) or "Other"
    names = [name.strip()[:120] for name in label.replace("&gt;", ">").split(">")]
    kept = [name for name in names if name][:6] or ["Other"]
    if len("/".join(slugify(name, "category") for name in kept)) > CATEGORY_PATH_MAX:
        raise RowError(f"makes an address of more than {CATEGORY_PATH_MAX} characters", "category")
    return " > ".join(kept)


FORMATS: Final[dict[str, Parse]] = {"icecat": icecat, "jsonl": own, "csv": csv}
