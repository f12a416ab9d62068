"""A product with its offer as the index holds it."""

from __future__ import annotations

import re
import zlib
from datetime import date
from typing import Final
from uuid import UUID

import msgspec
import tantivy

from kernel.shapes import Attribute, OfferDocument, ProductDocument
from read_side.search.words import ACCESSORIES, stems

ATTRIBUTE_TEXT_MAX: Final = 200
FACET_TEXT_MAX: Final = 40
SEPARATOR: Final = "\x1f"
KEY_BITS: Final = 22
"""Low bits of a sort key that tell products of one value apart."""

_MARKS: Final = re.compile(r"\((?:R|TM|C)\)|[®™©]", re.IGNORECASE)
_NOISE: Final = re.compile(
    r"country|hs_code|harmonized|certif|temperature|humidity|pallet|package_|master__outer|segment"
)
_UNCOUNTED: Final = re.compile(
    r"^(?:weight|width|height|depth|last_change|launch_date|status|oem_code|mpn|part_number)|_weight$|_ark_id$|dimensions"
)
"""Attributes that tell nearly every product apart: nobody narrows a list by them."""

_EPOCH: Final = date(1970, 1, 1)
_FIRST_MILLISECOND: Final = 1_577_836_800_000
"""2020-01-01: no product is older."""


class Indexed(msgspec.Struct, frozen=True, array_like=True):
    """What filters, sorts and facets read of a product; kept whole in the index, as MessagePack."""

    id: str
    version: int
    offer_version: int
    brand: str
    category: str
    """`label␟path`"""
    in_stock: bool
    by_price: int
    by_newest: int
    by_rating: int
    accessory: bool
    """Made for another product, which its title names too."""
    choices: list[str]
    """`name␟value` of what is counted."""


read_indexed: Final = msgspec.msgpack.Decoder(Indexed).decode


def index_document(
    product: ProductDocument, version: int, offer: OfferDocument | None, offer_version: int, row: int
) -> tantivy.Document:
    """What is indexed of a product; `row` is higher than that of any document before."""
    more = " ".join([*variant_words(product), *attribute_words(product)])
    texts: dict[str, str | list[str]] = {
        "title": _plain(product.title),
        "brand": product.brand,
        "cat": product.category,
        "descr": _plain(product.description),
        "attrs": _plain(more),
        "ac": _plain(product.title),
        "id": product.id,
        "code": sorted(
            {code.lower() for variant in product.variants for code in (variant.sku, *variant.eans)} | oem_codes(product)
        ),
        "attr_f": attribute_values(product),
        "vocabulary": f"{product.title} {product.brand} {product.category} {product.description} {more}",
    }
    document = tantivy.Document()
    for name, value in texts.items():
        for one in value if isinstance(value, list) else [value]:
            document.add_text(name, one)
    document.add_integer("row", row)
    document.add_bytes("columns", msgspec.msgpack.encode(_indexed(product, version, offer, offer_version)))
    return document


def _indexed(product: ProductDocument, version: int, offer: OfferDocument | None, offer_version: int) -> Indexed:
    released = (date.fromisoformat(product.released_on or "1970-01-01") - _EPOCH).days
    return Indexed(
        id=product.id,
        version=version,
        offer_version=offer_version,
        brand=product.brand,
        category=product.category + SEPARATOR + product.category_path,
        in_stock=offer is not None and any(one.availability != "out_of_stock" for one in offer.offers),
        by_price=sort_key(product.price.amount, product.id),
        by_newest=newest_key(released, product.id),
        by_rating=sort_key(round((product.rating or 0) * 10), product.id),
        accessory=not ACCESSORIES.isdisjoint(stems(product.title)),
        choices=attribute_facets(product),
    )


def sort_key(value: int, product_id: str) -> int:
    """What a sort orders by, and a page goes on from: the value, then the product, so that no two are equal."""
    return (value << KEY_BITS) | (zlib.crc32(product_id.encode()) & (2**KEY_BITS - 1))


def newest_key(days: int, product_id: str) -> int:
    """The same for what is ordered by its day (since 1970): within one, by id, as the lists that are rendered ahead.

    A list goes on by search where its last rendered page ends, so that both must have one order. 64 bits: 15 of the day,
    40 of a UUIDv7's milliseconds since 2020, 9 of what tells ids of one millisecond apart.
    """
    try:
        number = UUID(product_id).int
    except ValueError:
        return sort_key(days, product_id)
    milliseconds = min(max((number >> 80) - _FIRST_MILLISECOND, 0), 2**40 - 1)
    day = min(max(days, 0), 2**15 - 1) - 2**14
    return (day << 49) | (milliseconds << 9) | (number >> 67 & 2**9 - 1)


def oem_codes(product: ProductDocument) -> set[str]:
    """The maker's own codes, which people paste."""
    return {
        attribute.value.lower()
        for attribute in product.attributes
        if attribute.name in {"oem_code", "mpn", "part_number"}
        and isinstance(attribute.value, str)
        and len(attribute.value) <= 60
    }


def variant_words(product: ProductDocument) -> list[str]:
    """What tells the variants of a product apart."""
    return sorted({variant.title for variant in product.variants} - {product.title})


def attribute_words(product: ProductDocument) -> list[str]:
    """Attribute values as words: short texts, and the names of what is true."""
    words = []
    for attribute in product.attributes:
        if _NOISE.search(attribute.name):
            continue
        if attribute.value is True:
            words.append(attribute.name.replace("_", " "))
        elif isinstance(attribute.value, str) and len(attribute.value) <= ATTRIBUTE_TEXT_MAX:
            words.append(attribute.value)
    return words


def attribute_values(product: ProductDocument) -> list[str]:
    """`name␟value` of every value short enough to filter by."""
    return [f"{one.name}{SEPARATOR}{facet_value(one.value)}" for one in product.attributes if _filterable(one)]


def attribute_facets(product: ProductDocument) -> list[str]:
    """The values that are counted. Logistics, identities and measures of the body are no choice.

    Which are counted depends on the attribute alone, never on what else the product has: so a count is what the filter finds.
    """
    return [
        f"{one.name}{SEPARATOR}{facet_value(one.value)}"
        for one in product.attributes
        if _filterable(one) and not _NOISE.search(one.name) and not _UNCOUNTED.search(one.name)
    ]


def _filterable(attribute: Attribute) -> bool:
    return not (isinstance(attribute.value, str) and len(attribute.value) > FACET_TEXT_MAX)


def facet_value(value: str | float | bool) -> str:
    """A value as a filter names it: `true`, `16`, `15.6`, `Cyan`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _plain(text: str) -> str:
    return _MARKS.sub(" ", text)
