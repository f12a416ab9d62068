"""What projections know of the shop's settings."""

from __future__ import annotations

from functools import cache

from kernel.settings import ShopSettings, load


@cache
def shop() -> ShopSettings:
    """The shop's settings, decoded at the first use."""
    (settings,) = load(ShopSettings)
    return settings


def shop_currency() -> str:
    """The currency of prices."""
    return shop().currency
