"""An index of seeded products in memory."""

from __future__ import annotations

import pytest

from kernel.shapes import Attribute, Money, Offer, OfferDocument, ProductDocument, Variant
from ops.seeding.products import products
from read_side.projections.products import breadcrumbs
from read_side.search.engine import Engine
from write_side.catalog.feed.rows import FeedProduct
from write_side.catalog.rules import category_levels

COUNT = 400


def document(row: FeedProduct) -> ProductDocument:
    """The document of a feed's row, as the projection makes it."""
    path = category_levels(row.category)[-1][1]
    variants = [Variant(v.sku, v.title, Money(v.price, "USD"), None, v.eans) for v in row.variants]
    attributes = [Attribute(name, name, value) for name, value in row.attributes.items()]
    return ProductDocument(
        id=row.feed_id, slug=row.feed_id, sku=variants[0].sku, title=row.title, brand=row.brand, brand_slug="b",
        category=row.category, category_path=path, breadcrumbs=breadcrumbs(row.category, path), price=variants[0].price,
        compare_at_price=None, description=row.description, images=[], attributes=attributes, variants=variants,
        rating=row.rating, released_on=row.released_on.isoformat(),
    )  # fmt: skip


def offer(product: ProductDocument, stocked: bool) -> OfferDocument:
    return OfferDocument(
        product.id, [Offer(product.sku, product.price, None, "in_stock" if stocked else "out_of_stock")]
    )


@pytest.fixture(scope="session")
def shop() -> list[ProductDocument]:
    return [document(row) for row in products(COUNT)]


@pytest.fixture(scope="session")
def engine(shop: list[ProductDocument]) -> Engine:
    return Engine.of((product, 1, offer(product, number % 5 > 0), 1) for number, product in enumerate(shop))
