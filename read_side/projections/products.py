"""Product and offer documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from kernel.availability import band
from kernel.database import SyncWriteConnection
from kernel.shapes import (
    Attribute,
    CategoryRef,
    Image,
    Money,
    Offer,
    OfferDocument,
    ProductDocument,
    Variant,
)
from read_side.projections.kinds import Kind
from read_side.projections.products_sql import SELECT_ATTRIBUTES, SELECT_OFFER_SOURCES, SELECT_PRODUCT_SOURCES
from read_side.projections.shop import shop_currency


def breadcrumbs(label: str, path: str) -> list[CategoryRef]:
    """A category's ancestors and itself, the root first; label and path run in parallel."""
    names, slugs = label.split(" > "), path.split("/")
    return [CategoryRef(name, "/".join(slugs[: depth + 1])) for depth, name in enumerate(names)]


def build_products(conn: SyncWriteConnection, ids: Sequence[str]) -> Mapping[str, ProductDocument]:
    """Bodies of the published products among `ids`."""
    currency = shop_currency()
    rows = conn.execute(SELECT_PRODUCT_SOURCES, {"ids": list(ids), "currency": currency}).fetchall()
    names = sorted({name for row in rows for name in row[9]})
    described = {row[0]: (row[1], row[2]) for row in conn.execute(SELECT_ATTRIBUTES, {"names": names})}
    return {document.id: document for document in products_from_rows(rows, described, currency)}


def products_from_rows(
    rows: Iterable[Sequence[Any]], described: Mapping[str, tuple[str, str | None]], currency: str
) -> Iterable[ProductDocument]:
    """Documents of source rows; `described` gives label and unit of each attribute. Pure."""
    for row in rows:
        variants = [_variant(source, currency) for source in row[12]]
        if variants:
            yield _product(row, variants, described)


def _product(
    row: Sequence[Any], variants: list[Variant], described: Mapping[str, tuple[str, str | None]]
) -> ProductDocument:
    product_id, slug, title, brand, brand_slug, label, path, description, images, attributes, rating, released = row[
        :12
    ]
    return ProductDocument(
        id=product_id,
        slug=slug,
        sku=variants[0].sku,
        title=title,
        brand=brand,
        brand_slug=brand_slug,
        category=label,
        category_path=path,
        breadcrumbs=breadcrumbs(label, path),
        price=variants[0].price,
        compare_at_price=variants[0].compare_at_price,
        description=description,
        images=[Image(**image) for image in images],
        attributes=_attributes(attributes, described),
        variants=variants,
        rating=rating,
        released_on=released.isoformat(),
    )


def _attributes(values: Mapping[str, Any], described: Mapping[str, tuple[str, str | None]]) -> list[Attribute]:
    """Sorted by label: JSON objects have no order of their own."""
    found = [
        Attribute(name, described[name][0], value, described[name][1])
        for name, value in values.items()
        if name in described
    ]
    return sorted(found, key=lambda attribute: (attribute.label, attribute.name))


def _variant(source: Sequence[Any], currency: str) -> Variant:
    sku, title, options, amount, compare_at, eans = source
    return Variant(sku, title, Money(amount, currency), _money(compare_at, currency), list(eans), dict(options))


def _money(amount: int | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency)


def build_offers(conn: SyncWriteConnection, ids: Sequence[str]) -> Mapping[str, OfferDocument]:
    """Bodies of the offers of the published products among `ids`."""
    currency = shop_currency()
    rows = conn.execute(SELECT_OFFER_SOURCES, {"ids": list(ids), "currency": currency}).fetchall()
    return offers_from_rows(rows, currency)


def offers_from_rows(rows: Iterable[Sequence[Any]], currency: str) -> dict[str, OfferDocument]:
    """Offer documents of source rows, one a SKU. Pure."""
    offers: dict[str, list[Offer]] = {}
    for product_id, sku, amount, compare_at, available, low_at, backorderable in rows:
        told = band(available, low_at, backorderable)
        offer = Offer(sku, Money(amount, currency), _money(compare_at, currency), told)
        offers.setdefault(product_id, []).append(offer)
    return {product_id: OfferDocument(product_id, found) for product_id, found in offers.items()}


def list_paths(product: ProductDocument) -> list[str]:
    """Every list a product is in: the whole shop, each ancestor of its category, the category."""
    return ["", *(crumb.path for crumb in product.breadcrumbs)]


def released(product: ProductDocument) -> date:
    """What lists are ordered by."""
    return date.fromisoformat(product.released_on or "1970-01-01")


PRODUCT: Final = Kind(
    "product",
    build_products,
    ProductDocument,
    publishers=("documents.publish",),
    page_publishers=("pages.publish",),
    published_kinds=("product", "product-page"),
)
OFFER: Final = Kind("offer", build_offers, OfferDocument, publishers=("documents.publish",), published_kinds=("offer",))
