"""Query parameters are read or refused by name."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.errors import ValidationFailed
from read_side.search.parameters import category_path, read_parameters


def test_a_category_is_named_by_label_or_path() -> None:
    assert (
        category_path("Printing > Ink Cartridges")
        == category_path("printing/ink-cartridges")
        == "printing/ink-cartridges"
    )


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["q", "limit", "sort", "brand", "attr.x", "cursor", "weird"]), st.text(max_size=30)),
        max_size=6,
    )
)
def test_any_parameters_are_read_or_refused(items: list[tuple[str, str]]) -> None:
    try:
        read_parameters(items)
    except ValidationFailed as refused:
        assert refused.data["errors"]
