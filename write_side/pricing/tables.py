"""Tax and shipping by place, from tables that staff may change."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.database import SyncWriteConnection, WriteConnection
from kernel.money import digits, round_half_up
from kernel.shapes import Address
from write_side.pricing import sql
from write_side.pricing.places import SHIPPING_RATES, TAX_RATES, region_code


@dataclass(frozen=True, slots=True)
class ShippingRate:
    """A way to send goods to a place: its price without tax, and how many days it takes."""

    option: str
    name: str
    days: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Rates:
    """What a place adds to a price: tax in millionths, and the ways to send goods there, the cheapest first."""

    tax_ppm: int
    shipping: list[ShippingRate]


async def rates_of(conn: WriteConnection, address: Address, currency: str) -> Rates:
    """The rates of an address: its region's tax, else its country's, else 0; its country's shipping, else everybody's."""
    wanted = {
        "country": address.country,
        "region": region_code(address.country, address.region),
        "currency": currency,
    }
    rows = await (await conn.execute(sql.SELECT_RATES, wanted)).fetchall()
    return Rates(rows[0][0], [ShippingRate(*way) for _, *way in rows if way[0] is not None])


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
