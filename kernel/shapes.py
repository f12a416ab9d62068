"""Shapes that both sides answer with, and the bodies of the documents.

A document holds what is true in every locale; `version` and `as_of` stand in its row and are added when it
is rendered, so that equal content has an equal hash.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

Availability = Literal["in_stock", "low_stock", "out_of_stock", "backorder"]


class Money(Struct, frozen=True):
    """An amount in minor units of an ISO 4217 currency."""

    amount: int
    currency: str


class CategoryRef(Struct, frozen=True):
    """A category by its own name and its slug path, e.g. `Ink Cartridges`, `printing/ink-cartridges`."""

    name: str
    path: str


class Image(Struct, frozen=True):
    """A picture with its size in CSS pixels, known before it loads so that nothing shifts."""

    url: str
    alt: str
    width: int
    height: int


class Attribute(Struct, frozen=True):
    """A typed attribute value; `unit` only where the value is a number."""

    name: str
    label: str
    value: str | float | bool
    unit: str | None = None


class Variant(Struct, frozen=True):
    """One sellable unit of a product."""

    sku: str
    title: str
    price: Money
    compare_at_price: Money | None = None
    eans: list[str] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)


class ProductDocument(Struct, frozen=True):
    """The body of a product: everything a page shows except what changes by the minute."""

    id: str
    slug: str
    sku: str
    title: str
    brand: str
    brand_slug: str
    category: str
    category_path: str
    breadcrumbs: list[CategoryRef]
    price: Money
    compare_at_price: Money | None
    description: str
    images: list[Image]
    attributes: list[Attribute]
    variants: list[Variant]
    rating: float | None
    released_on: str | None


class Offer(Struct, frozen=True):
    """Price and availability of one SKU now."""

    sku: str
    price: Money
    compare_at_price: Money | None
    availability: Availability


class OfferDocument(Struct, frozen=True):
    """The hot part of a product, one offer a SKU, the default variant first."""

    id: str
    offers: list[Offer]


class Card(Struct, frozen=True):
    """A product in a list. `version` is the product document's."""

    id: str
    sku: str
    slug: str
    title: str
    brand: str
    price: Money
    compare_at_price: Money | None
    image: Image | None
    availability: Availability
    rating: float | None
    version: int


class CategoryDocument(Struct, frozen=True):
    """A category with its ancestors and children."""

    id: str
    name: str
    label: str
    path: str
    breadcrumbs: list[CategoryRef]
    children: list[CategoryRef]


class ListDocument(Struct, frozen=True):
    """One pre-rendered page (1–3) of a category's products, newest first; `path` is '' for the whole shop."""

    path: str
    name: str
    label: str
    breadcrumbs: list[CategoryRef]
    children: list[CategoryRef]
    page: int
    pages: int
    total: int
    total_is_exact: bool
    items: list[Card]


class NavigationNode(Struct, frozen=True):
    """A category in the menu with what is below it."""

    name: str
    path: str
    children: list[NavigationNode]


class NavigationDocument(Struct, frozen=True):
    """The category tree."""

    categories: list[NavigationNode]


class HomeDocument(Struct, frozen=True):
    """The start page: the top categories and the newest products."""

    categories: list[CategoryRef]
    newest: list[Card]


class SitemapDocument(Struct, frozen=True):
    """One shard of the sitemap: slugs of live products, paths of categories; the index names `shards`."""

    products: list[str]
    categories: list[str]
    shards: list[int] = field(default_factory=list)
