"""Tax and shipping by place, from tables that staff may change."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.database import SyncWriteConnection, WriteConnection
from kernel.money import digits, round_half_up
from kernel.shapes import Address
from write_side.pricing import sql
from write_side.pricing.places import SHIPPING_RATES, TAX_RATES, region_code


@dataclass(frozen=True, slots=True)
class Rate:
    """A way to send goods to a place: its price without tax, and how many days it takes."""

    option: str
    name: str
    days: int
    amount_minor: int


async def tax_rate(conn: WriteConnection, address: Address) -> int:
    """The tax rate of an address in millionths: its region's, else its country's, else 0."""
    place = {"country": address.country, "region": region_code(address.country, address.region)}
    row = await (await conn.execute(sql.SELECT_TAX_RATE, place)).fetchone()
    return row[0] if row else 0


async def shipping_options(conn: WriteConnection, address: Address, currency: str) -> list[Rate]:
    """The ways to send goods to an address, the cheapest first: its country's, else those of everywhere."""
    wanted = {"country": address.country, "currency": currency}
    return [Rate(*row) for row in await (await conn.execute(sql.SELECT_SHIPPING_RATES, wanted)).fetchall()]


def ensure_tables(conn: SyncWriteConnection, currency: str) -> None:
    """Give a new shop its rates. Tables that hold any are staff's: nothing of them is changed."""
    countries, regions, rates = zip(*TAX_RATES, strict=True)
    tax = {"countries": list(countries), "regions": list(regions), "rates": list(rates)}
    conn.execute(sql.FILL_TAX_RATES, tax)
    unit = 10 ** digits(currency)
    options, places, names, days, hundredths = zip(*SHIPPING_RATES, strict=True)
    shipping = {
        "options": list(options),
        "countries": list(places),
        "names": list(names),
        "days": list(days),
        "amounts": [round_half_up(amount * unit, 100) for amount in hundredths],
        "currency": currency,
    }
    conn.execute(sql.FILL_SHIPPING_RATES, shipping)
