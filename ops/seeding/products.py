"""Products from their numbers: the n-th product is the same in a shop of any size."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from ops.seeding.catalogue import BRANDS, COLOURS, KINDS, Kind
from ops.seeding.pictures import HEIGHT, WIDTH, address
from write_side.catalog.feed.rows import FeedImage, FeedProduct, FeedVariant

_FIRST_DAY: Final = date(2024, 1, 1)
_DAYS: Final = 900
_LETTERS: Final = "ABCDEFGHKLMNPRSTVX"


def products(count: int) -> Iterator[FeedProduct]:
    """The first `count` products."""
    return (product(number) for number in range(1, count + 1))


def product(number: int) -> FeedProduct:
    """The n-th product."""
    chance = random.Random(number)  # noqa: S311 - the same number, the same product
    kind, brand, colour = chance.choice(KINDS), chance.choice(BRANDS), chance.choice(COLOURS)
    model = f"{chance.choice(_LETTERS)}{chance.choice(_LETTERS)}{number % 9000 + 100}"
    attributes: dict[str, Any] = {name: chance.choice(values) for name, values in kind.attributes.items()}
    title = kind.title.format(brand=brand, model=model, colour=colour, **attributes)
    attributes["colour"] = colour
    return FeedProduct(
        feed_id=f"seed:{number}",
        title=title,
        brand=brand,
        category=kind.category,
        released_on=_FIRST_DAY + timedelta(days=chance.randrange(_DAYS)),
        variants=_variants(chance, kind, number, title, colour),
        description=_description(kind, brand, model, attributes),
        attributes=attributes,
        images=[FeedImage(address(kind.shape, colour), f"{title}, drawn", WIDTH, HEIGHT)],
        rating=round(chance.uniform(3.2, 5.0), 1),
    )


def _variants(chance: random.Random, kind: Kind, number: int, title: str, colour: str) -> list[FeedVariant]:
    price = chance.randrange(*kind.price) * 100 + 99
    compare_at = price + chance.randrange(10, 90) * 100 if chance.random() < 0.2 else None
    colours = [colour, *chance.sample([c for c in COLOURS if c != colour], chance.choice((0, 0, 0, 1, 2)))]
    return [
        FeedVariant(
            sku=f"SEED-{number}" if index == 0 else f"SEED-{number}-{shade.upper()}",
            title=title if index == 0 else f"{title}, {shade}",
            price=price,
            compare_at_price=compare_at,
            quantity=chance.choice((0, 3, 20, 60, 120, 200)),
            options={"colour": shade},
        )
        for index, shade in enumerate(colours)
    ]


def _description(kind: Kind, brand: str, model: str, attributes: dict[str, Any]) -> str:
    features = ", ".join(name.replace("_", " ") for name, value in attributes.items() if value is True)
    extra = f" With {features}." if features else ""
    return f"The {brand} {model} is a {kind.noun.lower()} for every day.{extra} Two years of warranty."
