"""Identifiers and slugs."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from kernel.ids import SLUG_MAX, slugify, uuid7


@given(st.text(max_size=400))
def test_a_slug_is_always_an_address(text: str) -> None:
    slug = slugify(text)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= SLUG_MAX
    assert slugify(slug) == slug


def test_slugs_read_like_their_text() -> None:
    assert slugify('Größe: 15" Laptop+Dock') == "grosse-15-laptop-plus-dock"
    assert slugify("日本", "product") == "product"


def test_ids_are_version_seven_and_rise_with_time() -> None:
    ids = [uuid7() for _ in range(100)]
    assert {(found.version, found.variant) for found in ids} == {(7, "specified in RFC 4122")}
    stamps = [found.int >> 80 for found in ids]
    assert stamps == sorted(stamps)
    assert len(set(ids)) == 100
