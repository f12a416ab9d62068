"""Addresses and keys."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge import keys
from edge.keys import CacheClass

SLUG = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+){0,3}", fullmatch=True)
LOCALE = st.sampled_from(["en-us", "de-de"])
TARGET = st.one_of(
    st.builds(keys.offer, SLUG), st.builds(keys.product, LOCALE, SLUG), st.builds(keys.product_page, LOCALE, SLUG),
    st.builds(keys.navigation, LOCALE), st.builds(keys.home_page, LOCALE), st.builds(keys.sitemap, st.integers(1, 99)),
    st.builds(keys.listing, LOCALE, SLUG, st.integers(1, 3)), st.builds(keys.list_page, LOCALE, SLUG, st.integers(1, 3)),
    st.just(keys.sitemap_index()),
)  # fmt: skip


@given(TARGET, TARGET)
def test_a_key_has_one_address_and_an_address_one_key(one: keys.Target, other: keys.Target) -> None:
    assert (one.key == other.key) == (one.address == other.address)
    assert ".." not in one.key
    assert one.address.startswith("/")


def test_addresses_are_those_of_the_contract() -> None:
    assert keys.offer("1").address == "/catalog/offers/1.json"
    assert keys.product("en-us", "x").address == "/catalog/en-us/products/x.json"
    assert keys.listing("en-us", "a/b", 1).address == "/catalog/en-us/categories/a/b.json"
    assert keys.listing("en-us", "a/b", 2).address == "/catalog/en-us/categories/a/b/2.json"
    assert keys.list_page("en-us", "a/b", 3).address == "/en-us/c/a/b/3"
    assert keys.product_page("en-us", "x").address == "/en-us/p/x"
    assert (keys.home_page("en-us").address, keys.sitemap_index().address) == ("/en-us/", "/sitemap.xml")


def test_ages_are_those_of_the_contract() -> None:
    assert [kind.value for kind in (CacheClass.HOT, CacheClass.PAGE)] == [(1, 1), (5, 25)]
    assert CacheClass.SLOW.value[0] == 60
    assert CacheClass.HOT.header.startswith("public, max-age=0, s-maxage=1, stale-while-revalidate=1, stale-if-error=")
    assert "immutable" in CacheClass.IMMUTABLE.header
