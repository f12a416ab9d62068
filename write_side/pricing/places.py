"""The rates a new shop begins with, and how the places of addresses are named.

Sales tax of the United States is each state's own rate with what every place in it adds (California, Utah, Virginia):
what cities and counties add is a tax service's to know. Canada's are the federal and the provincial tax together, the
European Union's the standard rates of 2026.
"""

from __future__ import annotations

from typing import Final

_STATES: Final[dict[str, tuple[str, int]]] = {
    "AL": ("Alabama", 40_000),
    "AK": ("Alaska", 0),
    "AZ": ("Arizona", 56_000),
    "AR": ("Arkansas", 65_000),
    "CA": ("California", 72_500),
    "CO": ("Colorado", 29_000),
    "CT": ("Connecticut", 63_500),
    "DC": ("District of Columbia", 60_000),
    "DE": ("Delaware", 0),
    "FL": ("Florida", 60_000),
    "GA": ("Georgia", 40_000),
    "HI": ("Hawaii", 40_000),
    "IA": ("Iowa", 60_000),
    "ID": ("Idaho", 60_000),
    "IL": ("Illinois", 62_500),
    "IN": ("Indiana", 70_000),
    "KS": ("Kansas", 65_000),
    "KY": ("Kentucky", 60_000),
    "LA": ("Louisiana", 50_000),
    "MA": ("Massachusetts", 62_500),
    "MD": ("Maryland", 60_000),
    "ME": ("Maine", 55_000),
    "MI": ("Michigan", 60_000),
    "MN": ("Minnesota", 68_750),
    "MO": ("Missouri", 42_250),
    "MS": ("Mississippi", 70_000),
    "MT": ("Montana", 0),
    "NC": ("North Carolina", 47_500),
    "ND": ("North Dakota", 50_000),
    "NE": ("Nebraska", 55_000),
    "NH": ("New Hampshire", 0),
    "NJ": ("New Jersey", 66_250),
    "NM": ("New Mexico", 48_750),
    "NV": ("Nevada", 68_500),
    "NY": ("New York", 40_000),
    "OH": ("Ohio", 57_500),
    "OK": ("Oklahoma", 45_000),
    "OR": ("Oregon", 0),
    "PA": ("Pennsylvania", 60_000),
    "RI": ("Rhode Island", 70_000),
    "SC": ("South Carolina", 60_000),
    "SD": ("South Dakota", 42_000),
    "TN": ("Tennessee", 70_000),
    "TX": ("Texas", 62_500),
    "UT": ("Utah", 61_000),
    "VA": ("Virginia", 53_000),
    "VT": ("Vermont", 60_000),
    "WA": ("Washington", 65_000),
    "WI": ("Wisconsin", 50_000),
    "WV": ("West Virginia", 60_000),
    "WY": ("Wyoming", 40_000),
}

_PROVINCES: Final[dict[str, tuple[str, int]]] = {
    "AB": ("Alberta", 50_000),
    "BC": ("British Columbia", 120_000),
    "MB": ("Manitoba", 120_000),
    "NB": ("New Brunswick", 150_000),
    "NL": ("Newfoundland and Labrador", 150_000),
    "NS": ("Nova Scotia", 140_000),
    "NT": ("Northwest Territories", 50_000),
    "NU": ("Nunavut", 50_000),
    "ON": ("Ontario", 130_000),
    "PE": ("Prince Edward Island", 150_000),
    "QC": ("Quebec", 149_750),
    "SK": ("Saskatchewan", 110_000),
    "YT": ("Yukon", 50_000),
}

_COUNTRIES: Final = {
    "AT": 200_000,
    "BE": 210_000,
    "BG": 200_000,
    "CA": 50_000,
    "CH": 81_000,
    "CY": 190_000,
    "CZ": 210_000,
    "DE": 190_000,
    "DK": 250_000,
    "EE": 240_000,
    "ES": 210_000,
    "FI": 255_000,
    "FR": 200_000,
    "GB": 200_000,
    "GR": 240_000,
    "HR": 250_000,
    "HU": 270_000,
    "IE": 230_000,
    "IT": 220_000,
    "LT": 210_000,
    "LU": 170_000,
    "LV": 210_000,
    "MT": 180_000,
    "NL": 210_000,
    "PL": 230_000,
    "PT": 230_000,
    "RO": 210_000,
    "SE": 250_000,
    "SI": 220_000,
    "SK": 230_000,
    "US": 0,
}

_REGIONS: Final = {"US": _STATES, "CA": _PROVINCES}
_CODES: Final = {
    country: {name.upper(): code for code, (name, _) in regions.items()} for country, regions in _REGIONS.items()
}

TAX_RATES: Final[list[tuple[str, str, int]]] = [
    *((country, "", rate) for country, rate in _COUNTRIES.items()),
    *((country, code, rate) for country, regions in _REGIONS.items() for code, (_, rate) in regions.items()),
]
"""(country, region, millionths); region '' is the rest of the country."""

SHIPPING_RATES: Final[list[tuple[str, str, str, int, int]]] = [
    ("standard", "US", "Standard", 5, 599),
    ("express", "US", "Express", 2, 1499),
    ("standard", "*", "International standard", 10, 1999),
    ("express", "*", "International express", 4, 3999),
]
"""(option, country, name, days, hundredths of the currency's unit); country * is everywhere else."""


def region_code(country: str, region: str | None) -> str:
    """The code by which a region's rate is kept: people write `CA`, `ca`, `US-CA` or `California`. '' for none."""
    written = (region or "").strip().upper().removeprefix(f"{country}-")
    return _CODES.get(country, {}).get(written, written)
