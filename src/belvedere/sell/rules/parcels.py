"""What a parcel costs to send, by when it arrives, or why it is not sent. Pure arithmetic.

Weights are grams, sizes millimetres, money minor units, times hours from the handing over to
the carrier. A rate that names no hours promises none, and so do we.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from belvedere.sell.rules import world
from belvedere.shared.errors import BadInput


class Why(StrEnum):
    """Why something is not sent somewhere."""

    UNKNOWN = "unknown"
    NO_POST = "no_post"
    RESTRICTED = "restricted"
    SPECIAL = "special"
    APART = "apart"
    BULKY = "bulky"
    NO_CARRIER = "no_carrier"
    TOO_HEAVY = "too_heavy"
    TOO_LARGE = "too_large"
    REDUCED_VAT = "reduced_vat"
    NO_CUSTOMS = "no_customs"


@dataclass(frozen=True)
class Piece:
    """One kind of good in a parcel, and how many of it."""

    weight: int
    size: tuple[int, int, int]
    quantity: int = 1
    bulky: bool = False
    reduced_vat: bool = False
    customs_ready: bool = True


@dataclass(frozen=True)
class Parcel:
    """Everything that one maker sends to one buyer, in one box.

    The sides are those of its pieces laid on top of each other on their flattest side: a box
    that surely holds them, not the smallest one that could.
    """

    weight: int
    sides: tuple[int, int, int]

    @property
    def longest(self) -> int:
        """Return the longest side."""
        return self.sides[0]

    @property
    def girth(self) -> int:
        """Return length and girth together, as carriers measure: L + 2 (W + H)."""
        longest, middle, shortest = self.sides
        return longest + 2 * (middle + shortest)


def check_rate(countries: Sequence[str], steps: Sequence[Sequence[int]]) -> None:
    """Refuse a rate that nobody could reckon with.

    Raises:
        BadInput: An unknown country, or weights that do not go up; `field` says which.

    >>> check_rate(["FR"], [[1000, 900], [2000, 1200]])
    >>> check_rate(["FR"], [[2000, 900], [1000, 1200]])
    Traceback (most recent call last):
    ...
    belvedere.shared.errors.BadInput: The weights go up: [[1000, 690], [3000, 890]].
    >>> check_rate(["XX"], [[1000, 900]])
    Traceback (most recent call last):
    ...
    belvedere.shared.errors.BadInput: Not in ISO 3166: XX.

    """
    unknown = sorted({str(each) for each in countries} - set(world.countries()))
    if unknown or not countries:
        raise BadInput(f"Not in ISO 3166: {', '.join(unknown)}.", field="countries")
    whole = all(len(each) == 2 and each[0] > 0 and each[1] >= 0 for each in steps)
    grams = [each[0] for each in steps] if whole else []
    if not grams or grams != sorted(set(grams)):
        raise BadInput("The weights go up: [[1000, 690], [3000, 890]].", field="steps")


def packed(pieces: Sequence[Piece]) -> Parcel:
    """Lay pieces into one box.

    >>> packed([Piece(1800, (500, 400, 120)), Piece(200, (300, 100, 50), 2)])
    Parcel(weight=2200, sides=(500, 400, 220))
    >>> packed([Piece(500, (100, 80, 60), 3)]).sides
    (180, 100, 80)
    """
    flat = [sorted(each.size, reverse=True) for each in pieces]
    height = sum(sides[2] * each.quantity for sides, each in zip(flat, pieces, strict=True))
    box = sorted(
        (max(sides[0] for sides in flat), max(sides[1] for sides in flat), height), reverse=True
    )
    weight = sum(each.weight * each.quantity for each in pieces)
    return Parcel(weight, (box[0], box[1], box[2]))


def charged(parcel: Parcel, divisor: int) -> int:
    """Return the grams that a carrier charges: real weight or volume, whichever is more.

    Args:
        parcel: With its sides in millimetres.
        divisor: How many cubic centimetres count as a kilogram; 0: volume is not charged.

    >>> box = Parcel(1800, (500, 400, 120))  # 24,000 cm³
    >>> charged(box, 0), charged(box, 5000), charged(box, 20000)
    (1800, 4800, 1800)

    """
    if not divisor:
        return parcel.weight
    first, second, third = parcel.sides
    volume = first * second * third
    return max(parcel.weight, -(-volume // divisor))


@dataclass(frozen=True)
class Rate:
    """What one carrier asks for one zone, and what it promises.

    Attributes:
        id: Its key.
        carrier: The carrier's name.
        countries: ISO 3166 codes of the zone.
        steps: Up to so many grams, so many minor units; in order.
        max_weight: In grams, charged or not.
        max_longest: Longest side; 0: not limited.
        max_girth: L + 2 (W + H); 0: not limited.
        divisor: Cubic centimetres that count as a kilogram; 0: volume is not charged.
        hours: From and to, as the carrier says them; None: it says none.
        tracked: Whether one can follow it.

    """

    id: int
    carrier: str
    countries: frozenset[str]
    steps: tuple[tuple[int, int], ...]
    max_weight: int = 30_000
    max_longest: int = 0
    max_girth: int = 0
    divisor: int = 0
    hours: tuple[int, int] | None = None
    tracked: bool = True


@dataclass(frozen=True)
class Shipping:
    """How a parcel goes to a country."""

    country: str
    rate: Rate
    minor: int
    weight: int
    charged: int


@dataclass(frozen=True)
class Refusal:
    """That it does not go there, and why."""

    country: str
    why: Why


def shipping(
    pieces: Sequence[Piece],
    country: str,
    rates: Iterable[Rate],
    *,
    postcode: str = "",
    seller_oss: bool = False,
) -> Shipping | Refusal:
    """Say how goods go to a country, the cheapest way, or why they do not.

    Every code has an answer, also one that no country has.

    Args:
        pieces: What goes into the parcel.
        country: ISO 3166.
        rates: Of the carriers that the maker uses.
        postcode: Of the address, once it is known.
        seller_oss: Whether the maker charges the VAT of the buyer's country (OSS).

    >>> post = Rate(1, "Post", frozenset({"IT", "FR"}), ((2000, 900), (5000, 1500)), 5000)
    >>> fast = Rate(2, "Fast", frozenset({"FR"}), ((5000, 1200),), 5000, hours=(24, 72))
    >>> coat = Piece(2100, (500, 400, 120))
    >>> shipping([coat], "FR", [post, fast]).minor, shipping([coat], "IT", [post, fast]).minor
    (1200, 1500)
    >>> [str(shipping([coat], each, [post]).why) for each in ("JP", "RU", "AQ", "QQ", "MC")]
    ['no_carrier', 'restricted', 'no_post', 'unknown', 'special']
    >>> str(shipping([Piece(9000, (500, 400, 120))], "FR", [post]).why)
    'too_heavy'
    >>> str(shipping([Piece(9000, (1, 1, 1), bulky=True)], "FR", [post]).why)
    'bulky'
    >>> str(shipping([coat], "IT", [post], postcode="23041").why)
    'apart'

    """
    no = refusal(pieces, country, postcode=postcode, seller_oss=seller_oss)
    if no:
        return Refusal(country, no)
    parcel = packed(pieces)
    there = [each for each in rates if country in each.countries]
    if not there:
        return Refusal(country, Why.NO_CARRIER)
    fitting = [each for each in there if _fits(parcel, each)]
    if not fitting:
        return Refusal(country, Why.TOO_LARGE)
    found = [
        (minor, grams, each)
        for each in fitting
        for grams in [charged(parcel, each.divisor)]
        for minor in [_price(grams, each)]
        if minor is not None
    ]
    if not found:
        return Refusal(country, Why.TOO_HEAVY)
    minor, grams, best = min(found, key=lambda each: (each[0], each[2].hours or (9999, 9999)))
    return Shipping(country, best, minor, parcel.weight, grams)


def refusal(
    pieces: Sequence[Piece], country: str, *, postcode: str = "", seller_oss: bool = False
) -> Why | None:
    """Return why goods do not go to a country whoever carries them; None: nothing forbids it.

    >>> refusal([Piece(1, (1, 1, 1), customs_ready=False)], "CH")
    <Why.NO_CUSTOMS: 'no_customs'>
    >>> refusal([Piece(1, (1, 1, 1), reduced_vat=True)], "FR", seller_oss=True)
    <Why.REDUCED_VAT: 'reduced_vat'>
    """
    for places, why in _PLACES:
        if country in places:
            return why
    if country not in world.countries():
        return Why.UNKNOWN
    if any(each.bulky for each in pieces):
        return Why.BULKY
    if postcode and world.is_apart(country, postcode):
        return Why.APART
    if world.is_export(country):
        ready = all(each.customs_ready for each in pieces)
        return None if ready else Why.NO_CUSTOMS
    abroad = seller_oss and country != world.HOME
    if abroad and any(each.reduced_vat for each in pieces):
        return Why.REDUCED_VAT
    return None


_PLACES = (
    (world.NO_POST, Why.NO_POST),
    (world.RESTRICTED, Why.RESTRICTED),
    (world.SPECIAL, Why.SPECIAL),
)


def _fits(parcel: Parcel, rate: Rate) -> bool:
    return (not rate.max_longest or parcel.longest <= rate.max_longest) and (
        not rate.max_girth or parcel.girth <= rate.max_girth
    )


def _price(grams: int, rate: Rate) -> int | None:
    if grams > rate.max_weight:
        return None
    return next((minor for up_to, minor in rate.steps if grams <= up_to), None)


def arrives(making_days: int, ready_hours: int, hours: tuple[int, int] | None) -> int | None:
    """Return the days until it arrives at the latest, or None where nobody promises.

    Args:
        making_days: How long it takes to make; 0: in stock.
        ready_hours: From the payment to the handing over to the carrier.
        hours: What the carrier says.

    >>> arrives(0, 24, (24, 72)), arrives(20, 24, (24, 72)), arrives(0, 24, None)
    (4, 24, None)

    """
    if hours is None:
        return None
    return making_days + -(-(ready_hours + hours[1]) // 24)
