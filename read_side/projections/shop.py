"""What projections know of the shop's settings."""

from __future__ import annotations

from functools import cache

from kernel.settings import OutboxSettings, ShopSettings, load


@cache
def shop() -> ShopSettings:
    """The shop's settings, decoded at the first use."""
    (settings,) = load(ShopSettings)
    return settings


def shop_currency() -> str:
    """The currency of prices."""
    return shop().currency


@cache
def pages_delay_seconds() -> float:
    """How long pages and lists wait for further changes, which then cost one rendering."""
    (settings,) = load(OutboxSettings)
    return settings.pages_delay_seconds
