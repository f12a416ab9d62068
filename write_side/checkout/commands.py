"""What a shopper asks for at checkout."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from kernel.money import AMOUNT_MINOR_MAX
from kernel.shapes import Address, Cart, ShippingOption
from write_side.payments.gateways.protocol import SOURCE

Email = Annotated[
    str, Meta(pattern=r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f]+$", max_length=254)
]
Amount = Annotated[int, Meta(ge=0, le=AMOUNT_MINOR_MAX)]


class StartCheckout(Struct, frozen=True, forbid_unknown_fields=True):
    """Who buys, and where it goes."""

    email: Email
    shipping_address: Address


class Checkout(Struct, frozen=True):
    """The cart with its units held, and what it costs to send it; `requirements` names what is missing, nothing as a rule."""

    cart: Cart
    shipping_options: list[ShippingOption]
    holds_until: str
    requirements: list[str]


class Total(Struct, frozen=True, forbid_unknown_fields=True):
    """The total the buyer saw, in minor units."""

    amount: Amount
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]


class Means(Struct, frozen=True, forbid_unknown_fields=True):
    """How it is paid; `token` names the means of payment at the gateway, card numbers are typed only there.

    What does not look like a token may be a card number: it is refused before anything is stored, and not repeated.
    """

    gateway: Literal["sandbox", "stripe", "invoice"]
    token: Annotated[str, Meta(pattern=SOURCE)] | None = None


class PlaceOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Order a cart that went through checkout, at the total that was shown."""

    cart_id: UUID
    expected_total: Total
    email: Email
    shipping_address: Address
    shipping_option: Annotated[str, Meta(pattern="^[a-z0-9-]{1,40}$")]
    payment: Means
    billing_address: Address | None = None
