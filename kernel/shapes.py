"""Shapes that both sides answer with, and the bodies of the documents.

A document holds what is true in every locale; `version` and `as_of` stand in its row and are added when it
is rendered, so that equal content has an equal hash.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

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


AddressLine = Annotated[str, Meta(min_length=1, max_length=200)]


class Address(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where something goes or whom it is billed to; `country` is ISO 3166-1 alpha-2."""

    name: AddressLine
    line1: AddressLine
    city: AddressLine
    postal_code: Annotated[str, Meta(min_length=1, max_length=20)]
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$")]
    line2: Annotated[str, Meta(max_length=200)] | None = None
    region: Annotated[str, Meta(max_length=60)] | None = None


class Notice(Struct, frozen=True):
    """Something a shopper should be told of a cart that was changed as asked; `seen` and `now` are unit prices."""

    code: str
    sku: str
    seen: Money | None = None
    now: Money | None = None


class CartLine(Struct, frozen=True):
    """A SKU in a cart, priced as the last command left it."""

    sku: str
    product_id: str
    title: str
    quantity: int
    unit_price: Money
    line_total: Money


class Cart(Struct, frozen=True):
    """A cart. `version` is its ETag; tax and shipping are 0 until an address is known; `token` is told once, at the start."""

    id: str
    version: int
    status: str
    lines: list[CartLine]
    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money
    email: str | None = None
    shipping_address: Address | None = None
    holds_until: str | None = None
    token: str | UnsetType = UNSET
    notices: list[Notice] = field(default_factory=list)


class ShippingOption(Struct, frozen=True):
    """A way to send a cart's goods; `total` is what the order costs with it, the `expected_total` to send."""

    id: str
    name: str
    price: Money
    days: int
    total: Money


class OrderLine(Struct, frozen=True):
    """A line as agreed."""

    sku: str
    product_id: str
    title: str
    quantity: int
    unit_price: Money
    line_total: Money
    tax: Money


class OrderPayment(Struct, frozen=True):
    """The latest attempt to pay; `redirect_url` is where the bank asks the buyer to confirm."""

    state: str
    redirect_url: str | None = None


class TimelineEntry(Struct, frozen=True):
    """One transition of an order."""

    kind: str
    at: str
    actor: str


class Order(Struct, frozen=True):
    """An order with everything its buyer may see."""

    id: str
    number: str
    status: str
    payment_status: str
    fulfilment_status: str
    lines: list[OrderLine]
    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money
    email: str
    shipping_address: Address
    billing_address: Address
    shipping_option: str
    payment: OrderPayment | None
    created_at: str
    placed_at: str | None
    cancel_reason: str | None
    timeline: list[TimelineEntry]


class OrderSummary(Struct, frozen=True):
    """An order in its buyer's history; no address, no name."""

    id: str
    number: str
    status: str
    payment_status: str
    fulfilment_status: str
    total: Money
    units: int
    titles: list[str]
    created_at: str
    placed_at: str | None
