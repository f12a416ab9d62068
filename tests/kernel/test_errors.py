"""The tree of errors is the one printed at the top of its file."""

from __future__ import annotations

import json
import re

from kernel import errors
from kernel.errors import OutOfStock, ShopError, ValidationFailed


def subclasses(of: type[ShopError]) -> list[type[ShopError]]:
    return [found for child in of.__subclasses__() for found in (child, *subclasses(child))]


def test_the_printed_tree_is_the_tree() -> None:
    printed = re.findall(r"─ (\w+)\s+(\w+)\s+(\d+)", errors.__doc__ or "")
    ours = [error for error in subclasses(ShopError) if error.__module__ == errors.__name__]
    assert sorted(printed) == sorted((error.__name__, error.code, str(error.status)) for error in ours)


def test_a_problem_carries_its_data() -> None:
    body = json.loads(OutOfStock("none left", sku="A", available=0).body())
    assert body == {
        "type": "about:blank",
        "title": "Not that many are available",
        "status": 409,
        "detail": "none left",
        "code": "out_of_stock",
        "sku": "A",
        "available": 0,
    }


def test_a_field_error_names_its_path() -> None:
    body = json.loads(ValidationFailed.of("price.amount", "too small").body())
    assert body["errors"] == [{"path": "price.amount", "message": "too small"}]
