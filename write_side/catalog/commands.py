"""What staff may ask of the catalogue."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from kernel.money import AMOUNT_MINOR_MAX
from kernel.shapes import Money

Title = Annotated[str, Meta(min_length=1, max_length=300)]
Description = Annotated[str, Meta(max_length=20_000)]
Label = Annotated[str, Meta(min_length=1, max_length=400)]
BrandName = Annotated[str, Meta(min_length=1, max_length=120)]
Sku = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Ean = Annotated[str, Meta(pattern=r"^[0-9]{8,14}$")]
AttributeName = Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,120}$")]
AttributeText = Annotated[str, Meta(min_length=1, max_length=2000)]
Attributes = Annotated[dict[AttributeName, AttributeText | float | bool], Meta(max_length=500)]
OptionName = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]{1,60}$")]
OptionValue = Annotated[str, Meta(min_length=1, max_length=200)]
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=180)]
Quantity = Annotated[int, Meta(ge=0, le=1_000_000_000)]


class Price(Struct, frozen=True, forbid_unknown_fields=True):
    """An amount in minor units."""

    amount: Annotated[int, Meta(ge=0, le=AMOUNT_MINOR_MAX)]
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]


class CreateProduct(Struct, frozen=True, forbid_unknown_fields=True):
    """A product with its first SKU; category and brand are created where new."""

    sku: Sku
    title: Title
    brand: BrandName
    category: Label
    price: Price
    quantity: Quantity
    description: Description = ""
    attributes: Attributes = field(default_factory=dict)


class UpdateProduct(Struct, frozen=True, forbid_unknown_fields=True):
    """What to change; what is left out stays. A new slug leaves a redirect behind."""

    title: Title | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    brand: BrandName | UnsetType = UNSET
    category: Label | UnsetType = UNSET
    attributes: Attributes | UnsetType = UNSET
    status: Literal["published", "unpublished"] | UnsetType = UNSET
    slug: Slug | UnsetType = UNSET


class CreateVariant(Struct, frozen=True, forbid_unknown_fields=True):
    """One more SKU of a product."""

    sku: Sku
    title: Title
    price: Price
    quantity: Quantity
    eans: Annotated[list[Ean], Meta(max_length=20)] = field(default_factory=list)
    options: Annotated[dict[OptionName, OptionValue], Meta(max_length=20)] = field(default_factory=dict)


class CreateCategory(Struct, frozen=True, forbid_unknown_fields=True):
    """A category and those above it that are missing; `label` is `Group > Leaf`."""

    label: Label


class ProductCreatedAnswer(Struct, frozen=True):
    """The product as created."""

    id: str
    sku: str
    slug: str
    title: str
    brand: str
    category: str
    price: Money
    quantity: int


class ProductAnswer(Struct, frozen=True):
    """The product as it is now; `revision` is its ETag."""

    id: str
    slug: str
    title: str
    brand: str
    category: str
    status: str
    revision: int


class VariantAnswer(Struct, frozen=True):
    """The SKU as created."""

    id: str
    product_id: str
    sku: str
    title: str
    price: Money
    quantity: int


class CategoryAnswer(Struct, frozen=True):
    """The category."""

    id: str
    label: str
    path: str
