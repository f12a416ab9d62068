"""Every fact the shop records, and which consumers each owes an effect.

An event is named in the past and carries ids and amounts, never personal data. `DELIVERIES` names the
consumers that read write tables; consumers that read documents get theirs from the projection that changed
one (`document_changed`).
"""

from __future__ import annotations

from typing import ClassVar, Final

from msgspec import Struct


class Event(Struct, frozen=True, kw_only=True, tag_field=None):
    """A fact about one aggregate."""

    aggregate: ClassVar[str]

    @property
    def aggregate_id(self) -> str:
        """The aggregate's id: the first field of each event."""
        return str(getattr(self, self.__struct_fields__[0]))


class ProductCreated(Event, frozen=True, kw_only=True):
    """A product entered the catalogue."""

    aggregate: ClassVar[str] = "product"
    product_id: str


class ProductUpdated(Event, frozen=True, kw_only=True):
    """Texts, category, attributes, variants or status of a product changed."""

    aggregate: ClassVar[str] = "product"
    product_id: str


class ProductUnpublished(Event, frozen=True, kw_only=True):
    """A product was taken out of the shop and may return."""

    aggregate: ClassVar[str] = "product"
    product_id: str


class ProductDeleted(Event, frozen=True, kw_only=True):
    """A product left the shop for good."""

    aggregate: ClassVar[str] = "product"
    product_id: str


class PriceChanged(Event, frozen=True, kw_only=True):
    """The price of a SKU changed; amounts in minor units."""

    aggregate: ClassVar[str] = "product"
    product_id: str
    sku: str
    currency: str
    amount_minor: int
    previous_minor: int | None


class StockAdjusted(Event, frozen=True, kw_only=True):
    """Staff or a feed changed the stock on hand of a SKU at a location."""

    aggregate: ClassVar[str] = "product"
    product_id: str
    sku: str
    location: str
    quantity_delta: int


class CategoryCreated(Event, frozen=True, kw_only=True):
    """A category entered the tree."""

    aggregate: ClassVar[str] = "category"
    category_id: str


class CategoryChanged(Event, frozen=True, kw_only=True):
    """A category was renamed or moved."""

    aggregate: ClassVar[str] = "category"
    category_id: str


class SessionStarted(Event, frozen=True, kw_only=True):
    """Somebody logged in."""

    aggregate: ClassVar[str] = "session"
    session_id: str
    account_id: str


class SessionEnded(Event, frozen=True, kw_only=True):
    """A session was ended by its owner."""

    aggregate: ClassVar[str] = "session"
    session_id: str


class CustomerRegistered(Event, frozen=True, kw_only=True):
    """Somebody opened an account."""

    aggregate: ClassVar[str] = "account"
    account_id: str


class CustomerChanged(Event, frozen=True, kw_only=True):
    """A customer changed their profile."""

    aggregate: ClassVar[str] = "account"
    account_id: str


class CartChanged(Event, frozen=True, kw_only=True):
    """A cart was made, edited or taken to checkout."""

    aggregate: ClassVar[str] = "cart"
    cart_id: str
    version: int


class StockMoved(Event, frozen=True, kw_only=True):
    """Units of a SKU were reserved, released, allocated or spread; what is available of its product may have changed."""

    aggregate: ClassVar[str] = "product"
    product_id: str
    sku: str


class OrderCreated(Event, frozen=True, kw_only=True):
    """A cart became a pending order; nothing is paid yet. Amounts in minor units."""

    aggregate: ClassVar[str] = "order"
    order_id: str
    cart_id: str
    total_minor: int
    currency: str


class OrderPlaced(Event, frozen=True, kw_only=True):
    """An order is paid for and its units are allocated."""

    aggregate: ClassVar[str] = "order"
    order_id: str
    total_minor: int
    currency: str


class OrderCanceled(Event, frozen=True, kw_only=True):
    """An order came to nothing."""

    aggregate: ClassVar[str] = "order"
    order_id: str
    reason: str


class PaymentChanged(Event, frozen=True, kw_only=True):
    """A payment of an order went into another state, or money of it went back."""

    aggregate: ClassVar[str] = "order"
    order_id: str
    payment_id: str
    state: str


class DocumentChanged(Event, frozen=True, kw_only=True):
    """A document got a new version; appended by the projection that wrote it."""

    aggregate: ClassVar[str] = "document"
    document_id: str
    kind: str
    version: int
    command_ids: list[str]


REGISTRY: Final[dict[str, type[Event]]] = {
    event.__name__: event
    for event in (
        ProductCreated,
        ProductUpdated,
        ProductUnpublished,
        ProductDeleted,
        PriceChanged,
        StockAdjusted,
        CategoryCreated,
        CategoryChanged,
        SessionStarted,
        SessionEnded,
        CustomerRegistered,
        CustomerChanged,
        CartChanged,
        StockMoved,
        OrderCreated,
        OrderPlaced,
        OrderCanceled,
        PaymentChanged,
        DocumentChanged,
    )
}
"""Event classes by the name stored in `outbox_event.type`."""

PRODUCTS: Final = "products.project"
OFFERS: Final = "offers.project"
CATEGORIES: Final = "categories.project"
ORDERS: Final = "orders.project"

DELIVERIES: Final[dict[type[Event], tuple[str, ...]]] = {
    ProductCreated: (PRODUCTS, OFFERS),
    ProductUpdated: (PRODUCTS, OFFERS),
    ProductUnpublished: (PRODUCTS, OFFERS),
    ProductDeleted: (PRODUCTS, OFFERS),
    PriceChanged: (PRODUCTS, OFFERS),
    StockAdjusted: (OFFERS,),
    CategoryCreated: (CATEGORIES,),
    CategoryChanged: (CATEGORIES,),
    SessionStarted: (),
    SessionEnded: (),
    CustomerRegistered: (),
    CustomerChanged: (),
    CartChanged: (),
    StockMoved: (OFFERS,),
    OrderCreated: (),
    OrderPlaced: (ORDERS,),
    OrderCanceled: (ORDERS,),
    PaymentChanged: (ORDERS,),
    DocumentChanged: (),
}
"""Consumers that read write tables, by event. The delivery's key is the aggregate's id."""
