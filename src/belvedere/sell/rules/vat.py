"""VAT of goods sent to people: at home, in the Union, outside it; and the lines for customs.

Directive 2006/112/EC: distance sales within the Union are taxed where they end (article 33),
unless all of a seller's stay below 10,000 euros a year (article 59c); goods that leave the
Union are exempt (article 146). A small Italian business under the "regime forfettario"
(law 190/2014) charges none. Which of these a seller is under, the seller says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from belvedere.sell.rules import world

THRESHOLD_MINOR = 1_000_000  # euros 10,000 a year over the whole Union, article 59c


class Scheme(StrEnum):
    """How a seller charges VAT abroad."""

    HOME = "home"
    OSS = "oss"
    NONE = "none"


def percent(scheme: str, country: str, home: Decimal) -> Decimal:
    """Return the VAT of goods sent to a country, per cent.

    Args:
        scheme: The seller's.
        country: ISO 3166.
        home: The Italian rate of the goods.

    >>> percent("home", "FR", Decimal(22)), percent("oss", "FR", Decimal(22))
    (Decimal('22'), Decimal('20'))
    >>> percent("oss", "CN", Decimal(22)), percent("none", "IT", Decimal(22))
    (Decimal('0'), Decimal('0'))
    >>> percent("oss", "IT", Decimal(22))
    Decimal('22')

    """
    if scheme == Scheme.NONE or world.is_export(country):
        return Decimal(0)
    if scheme == Scheme.OSS and country != world.HOME:
        return world.STANDARD_VAT[country]
    return home


def price(minor: int, scheme: str, country: str, home: Decimal) -> int:
    """Return what one piece costs a buyer in a country, in minor units, VAT included.

    In the Union everybody pays the price that the maker wrote, whatever VAT is in it; outside
    it the Italian VAT is taken out, because none is charged.

    >>> price(39000, "oss", "FR", Decimal(22)), price(39000, "home", "IT", Decimal(22))
    (39000, 39000)
    >>> price(39000, "home", "CN", Decimal(22)), price(39000, "none", "CN", Decimal(22))
    (31967, 39000)

    """
    if not world.is_export(country) or scheme == Scheme.NONE:
        return minor
    return minor - within(minor, home)


def within(minor: int, rate: Decimal | float) -> int:
    """Return the VAT within an amount that includes it, half a cent up; rates have one decimal.

    >>> within(39000, Decimal(22)), within(39000, Decimal("25.5")), within(100, Decimal(0))
    (7033, 7924, 0)
    >>> within(12200, 22.0), within(2500, 0.0), within(2500, 10.0)
    (2200, 0, 227)
    """
    tenths = round(rate * 10)
    return (minor * tenths * 2 + 1000 + tenths) // (2 * (1000 + tenths))


def must_register(abroad_minor: int, scheme: str) -> bool:
    """Say whether a seller's sales to the rest of the Union this year call for OSS.

    >>> must_register(999_999, "home"), must_register(1_000_001, "home")
    (False, True)
    >>> must_register(1_000_001, "oss")
    False
    """
    return scheme == Scheme.HOME and abroad_minor > THRESHOLD_MINOR


@dataclass(frozen=True)
class CustomsLine:
    """One article of a customs declaration, as form CN 23 of the Universal Postal Union asks.

    Attributes:
        description: In English, which every customs office reads.
        quantity: How many.
        net: Net weight of all of them, in grams.
        minor: Value of all of them.
        currency: ISO 4217.
        hs: Number of the Harmonized System.
        origin: ISO 3166 of where they were made.

    """

    description: str
    quantity: int
    net: int
    minor: int
    currency: str
    hs: str
    origin: str


def totals(lines: Sequence[CustomsLine]) -> tuple[int, int]:
    """Return net weight and value of all lines.

    >>> totals([CustomsLine("Wool coat", 2, 3600, 63934, "EUR", "620120", "IT")])
    (3600, 63934)
    """
    return sum(each.net for each in lines), sum(each.minor for each in lines)
