"""A product with its offer as the index holds it."""

from __future__ import annotations

import re
import zlib
from datetime import date
from typing import Any, Final

import tantivy

from kernel.shapes import Attribute, OfferDocument, ProductDocument

ATTRIBUTE_TEXT_MAX: Final = 200
FACET_TEXT_MAX: Final = 40
SEPARATOR: Final = "\x1f"
_MARKS: Final = re.compile(r"\((?:R|TM|C)\)|[®™©]", re.IGNORECASE)
_NOISE: Final = re.compile(
    r"country|hs_code|harmonized|certif|temperature|humidity|pallet|package_|master__outer|segment"
)
_EPOCH: Final = date(1970, 1, 1)


def index_document(
    product: ProductDocument, version: int, offer: OfferDocument | None, offer_version: int
) -> tantivy.Document:
    """What is indexed of a product."""
    fields: dict[str, Any] = {
        "title": _plain(product.title),
        "name": _plain(product.variants[0].title),
        "brand": product.brand,
        "cat": product.category,
        "descr": _plain(product.description),
        "attrs": _plain(" ".join(attribute_words(product))),
        "ac": _plain(product.title),
        "id": product.id,
        "code": sorted(
            {code.lower() for variant in product.variants for code in (variant.sku, *variant.eans)} | oem_codes(product)
        ),
        "brand_f": product.brand,
        "cat_f": product.category + SEPARATOR + product.category_path,
        "path": [crumb.path for crumb in product.breadcrumbs],
        "attr_f": attribute_values(product),
        "facet_f": attribute_facets(product),
        "price": product.price.amount,
        "vocabulary": f"{product.title} {product.brand} {product.category} {product.description}",
        "by_newest": sort_key((date.fromisoformat(product.released_on or "1970-01-01") - _EPOCH).days, product.id),
        "by_price": sort_key(product.price.amount, product.id),
        "by_rating": sort_key(round((product.rating or 0) * 10), product.id),
        "in_stock": int(bool(offer) and any(one.availability != "out_of_stock" for one in offer.offers))
        if offer
        else 0,
        "version": version,
        "offer_version": offer_version,
    }
    document = tantivy.Document()
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            document.add_integer(name, one) if isinstance(one, int) else document.add_text(name, one)
    return document


def sort_key(value: int, product_id: str) -> int:
    """What a sort orders by, and a page goes on from: the value, then the product, so that no two are equal."""
    return (value << 22) | (zlib.crc32(product_id.encode()) & 0x3FFFFF)


def oem_codes(product: ProductDocument) -> set[str]:
    """The maker's own codes, which people paste."""
    return {
        attribute.value.lower()
        for attribute in product.attributes
        if attribute.name in {"oem_code", "mpn", "part_number"}
        and isinstance(attribute.value, str)
        and len(attribute.value) <= 60
    }


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
    """The values that are counted: words, and yes or no. Numbers are filtered by, logistics are no choice.

    Which are counted depends on the attribute alone, never on what else the product has: so a count is what the filter finds.
    """
    return [
        f"{one.name}{SEPARATOR}{facet_value(one.value)}"
        for one in product.attributes
        if isinstance(one.value, str | bool) and _filterable(one) and not _NOISE.search(one.name)
    ]


def _filterable(attribute: Attribute) -> bool:
    return not (isinstance(attribute.value, str) and len(attribute.value) > FACET_TEXT_MAX)


def facet_value(value: str | float | bool) -> str:
    """A value as a filter names it: `true`, `16`, `Cyan`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float | int) else value


def _plain(text: str) -> str:
    return _MARKS.sub(" ", text)
