"""The kind of thing that is asked for comes first."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kernel.shapes import Money, ProductDocument, Variant
from read_side.projections.products import breadcrumbs
from read_side.search.engine import Engine
from read_side.search.view import Filters

CATALOGUE = [
    ("ostra", "Halden Notebook Sleeve", "Bags > Device Bags"),
    *((f"laptop-{n}", f"Norvik N{n} Notebook 15.6 inch", "Computers > Laptops") for n in range(6)),
    *((f"bag-{n}", f"Tarn T{n} Notebook Bag black", "Bags > Device Bags") for n in range(3)),
    *((f"cable-{n}", f"Ostra Monitor Cable O{n}", "Cables > Monitor & Video Cables") for n in range(8)),
    *((f"monitor-{n}", f"Ostra O{n} Monitor 27 inch", "Displays > Monitors") for n in range(5)),
    *((f"speaker-{n}", f"Quill Q{n} portable Speaker", "Audio > Sound") for n in range(5)),
    ("plate", "Quill Speaker Plate", "Home > Walls"),
]


def document(name: str, title: str, category: str) -> ProductDocument:
    path = category.lower().replace(" > ", "/").replace(" ", "-")
    price = Money(1000, "USD")
    return ProductDocument(
        id=name, slug=name, sku=name, title=title, brand=title.split()[0], brand_slug="b", category=category, category_path=path,
        breadcrumbs=breadcrumbs(category, path), price=price, compare_at_price=None, description="", images=[],
        attributes=[], variants=[Variant(name, title, price)], rating=None, released_on="2024-01-01",
    )  # fmt: skip


@pytest.fixture(scope="module")
def shop() -> Engine:
    return Engine.of((document(*row), 1, None, 0) for row in CATALOGUE)


def found(engine: Engine, text: str, most: int = 24) -> Sequence[str]:
    return [hit.id for hit in engine.view.search(text, Filters(), "relevance", most).hits]


def test_whoever_names_no_accessory_wants_none(shop: Engine) -> None:
    ids = found(shop, "notebook")
    assert {one.partition("-")[0] for one in ids[:6]} == {"laptop"}
    assert len(ids) == 10


def test_an_accessory_that_is_named_comes_first(shop: Engine) -> None:
    assert {one.partition("-")[0] for one in found(shop, "notebook bag")[:3]} == {"bag"}
    assert found(shop, "notebook sleeve")[0] == "ostra"


def test_a_query_that_names_a_category_means_its_products(shop: Engine) -> None:
    """More products are cables for monitors than monitors."""
    assert {one.partition("-")[0] for one in found(shop, "monitor")[:5]} == {"monitor"}


def test_what_most_of_the_found_are_is_what_was_asked_for(shop: Engine) -> None:
    """The plate's title is the shorter one."""
    assert found(shop, "speaker")[-1] == "plate"


def test_a_code_comes_before_everything(shop: Engine) -> None:
    """The sleeve's SKU is the brand of others."""
    assert found(shop, "OSTRA")[0] == "ostra"
    assert found(shop, "laptop-3")[0] == "laptop-3"


def test_equal_scores_are_ordered_alike_in_every_index(shop: Engine) -> None:
    again = Engine.of((document(*row), 1, None, 0) for row in reversed(CATALOGUE))
    assert found(shop, "ostra") == found(again, "ostra")
