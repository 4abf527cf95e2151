"""The arithmetic of a package: what its price is divided into, and when it can be had."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol, TypeVar

from belvedere.sell.rules.sale import ahead
from belvedere.sell.rules.shares import divided
from belvedere.sell.rules.tariff import Option, price_of
from belvedere.shared.money import Amount


class Start(Protocol):
    """What is asked of a start here: `models.Allotment` answers it."""

    product_id: int
    day: date | None
    start: time | None
    capacity: int

    @property
    def free(self) -> int:
        """How many places are left."""


S = TypeVar("S", bound=Start)


@dataclass(frozen=True)
class Part:
    """One part of a package.

    Attributes:
        id: Its key.
        option: What is bought of the other product, with its own price.
        day: Days after the arrival.
        start: Local time; None: the first with places.
        nights: Of a stay, one after the other; 0: it is none.
        quantity: Places for each person, or for each package sold.
        per_person: Which of the two.
        agreed: What the operator gets of the package's own price, in minor units; None: in
            proportion to the part's own price.
        on_sale: Whether the other product is on sale.

    """

    id: int
    option: Option
    day: int = 0
    start: time | None = None
    nights: int = 0
    quantity: int = 1
    per_person: bool = True
    agreed: int | None = None
    on_sale: bool = True

    @property
    def product(self) -> int:
        """Return the product that it is a part of."""
        return self.option.product

    def days(self, arrival: date) -> list[date]:
        """Return its days: one, or each that a night begins on.

        >>> Part(1, Option(1, 1), day=1, nights=2).days(date(2026, 7, 1))
        [datetime.date(2026, 7, 2), datetime.date(2026, 7, 3)]
        """
        first = arrival + timedelta(days=self.day)
        return [first + timedelta(days=each) for each in range(max(1, self.nights))]

    def places(self, people: int) -> int:
        """Return how many places one unit of the package takes on each of its days.

        >>> Part(1, Option(1, 1)).places(2), Part(1, Option(1, 1), per_person=False).places(2)
        (2, 1)
        """
        return self.quantity * (people if self.per_person else 1)


def shares(
    price: int, base: int, own: Sequence[int], agreed: Sequence[int | None]
) -> list[int]:
    """Divide the price of one unit among the parts, to the cent; the shares add up to it.

    At the package's own price each agreed amount is paid as it was agreed, and the rest goes
    to the other parts in proportion to their own prices, by the largest remainder. Any other
    price, of a season, a market or a child, is divided in the same proportions.

    Args:
        price: What the unit costs, in minor units.
        base: The package's own price for its first unit, likewise.
        own: What each part costs when it is bought by itself.
        agreed: The amounts agreed on; None: in proportion.

    >>> shares(19900, 19900, [2500, 9000, 6500], [None, 9000, None])
    [3028, 9000, 7872]
    >>> shares(10000, 19900, [2500, 9000, 6500], [None, 9000, None])
    [1521, 4523, 3956]
    >>> shares(100, 100, [0, 0, 0], [None, None, None])
    [34, 33, 33]
    >>> shares(0, 100, [1, 2], [None, None])
    [0, 0]

    """
    fixed = sum(each for each in agreed if each is not None)
    open_parts = [at for at, each in enumerate(agreed) if each is None]
    weights = [each or 0 for each in agreed]
    if open_parts:
        rest = _spread(max(0, base - fixed), [own[at] for at in open_parts])
        for at, minor in zip(open_parts, rest, strict=True):
            weights[at] = minor
    return _spread(price, weights if sum(weights) else own)


def nightly(minor: int, own: Sequence[int]) -> list[int]:
    """Divide a part's share among its nights, by what each costs by itself.

    >>> nightly(9000, [4000, 5000]), nightly(9001, [0, 0])
    ([4000, 5000], [4501, 4500])
    """
    return _spread(minor, own)


def _spread(total: int, weights: Sequence[int]) -> list[int]:
    return divided(total, weights if sum(weights) else [1] * len(weights))


def divided_price(
    parts: Sequence[Part],
    terms: Option,
    found: Sequence[tuple[Part, date]],
    price: Amount,
    market: str = "",
) -> list[Amount]:
    """Divide the price of one unit of a package among the days of its parts, in their order.

    Args:
        parts: Of the package.
        terms: Its own units; the agreed amounts are of the first one's own price.
        found: Each part with each of its days.
        price: Of the unit.
        market: ISO 3166 of the buyer, for the parts' own prices.

    """
    people = terms.units[0].places
    own: dict[int, list[int]] = {part.id: [] for part in parts}
    for part, day in found:
        unit = part.option.units[0]
        costs = price_of(unit, day, market).minor
        own[part.id].append(costs * part.places(people) // unit.places)
    minors = shares(
        price.minor,
        terms.units[0].price.minor,
        [sum(own[part.id]) for part in parts],
        [part.agreed for part in parts],
    )
    by_night = {
        part.id: iter(nightly(minor, own[part.id]))
        for part, minor in zip(parts, minors, strict=True)
    }
    return [Amount(next(by_night[part.id]), price.currency) for part, _ in found]


@dataclass(frozen=True)
class Gap:
    """Why a package cannot be had on a day: which part is in the way, and how.

    `why` is `off_sale`, `closed` (no places were put on sale), `over` or `sold_out`.
    """

    part: int
    why: str


def first_fitting(
    part: Part, starts: Iterable[S], people: int, now: datetime
) -> tuple[S | None, str]:
    """Choose the start of a part on one of its days.

    Args:
        part: The part.
        starts: Those of its product on that day, in order.
        people: How many places are needed.
        now: The moment; what the part's own cutoff forbids is over.

    Returns:
        The start; or None and the reason, as of `Gap`.

    """
    meant = [
        each
        for each in starts
        if each.capacity and (part.start is None or each.start == part.start)
    ]
    if not meant:
        return None, "closed"
    closes = now + timedelta(minutes=part.option.cutoff_minutes)
    coming = [each for each in meant if ahead(each.day, each.start, closes)]
    if not coming:
        return None, "over"
    for each in coming:
        if each.free >= people:
            return each, ""
    return None, "sold_out"


def chosen(
    parts: Sequence[Part],
    starts: Mapping[tuple[int, date], Sequence[S]],
    arrival: date,
    needed: Callable[[Part], int],
    now: datetime,
) -> list[tuple[Part, S]] | Gap:
    """Choose a start for each day of each part, or say what is in the way.

    Args:
        parts: Of one package.
        starts: By product and day, in order.
        arrival: The first day.
        needed: How many places a part needs on each of its days.
        now: The moment.

    """
    found: list[tuple[Part, S]] = []
    for part in parts:
        if not part.on_sale:
            return Gap(part.id, "off_sale")
        for day in part.days(arrival):
            start, why = first_fitting(
                part, starts.get((part.product, day), ()), needed(part), now
            )
            if start is None:
                return Gap(part.id, why)
            found.append((part, start))
    return found


def how_many(
    parts: Sequence[Part],
    starts: Mapping[tuple[int, date], Sequence[S]],
    arrival: date,
    people: int,
    now: datetime,
) -> tuple[int, int]:
    """Return how many packages are left on a day, and how many there were in all.

    Args:
        parts: Of one package.
        starts: By product and day, in order.
        arrival: The first day.
        people: How many people one package is for.
        now: The moment.

    """
    left, every = [], []
    for part in parts:
        if not part.on_sale:
            return 0, 0
        one = part.places(people)
        closes = now + timedelta(minutes=part.option.cutoff_minutes)
        for day in part.days(arrival):
            meant = [
                each
                for each in starts.get((part.product, day), ())
                if part.start is None or each.start == part.start
            ]
            coming = [each for each in meant if ahead(each.day, each.start, closes)]
            left.append(max((each.free // one for each in coming), default=0))
            every.append(max((each.capacity // one for each in coming), default=0))
    return min(left, default=0), min(every, default=0)


def overlapping(parts: Sequence[Part]) -> tuple[int, int] | None:
    """Return two parts that would draw on the same start, or None.

    Two parts of one product on one day must each name another time.

    >>> bed = Part(1, Option(1, 7), nights=2)
    >>> overlapping([bed, Part(2, Option(1, 7), day=1)])
    (1, 2)
    >>> walk = Part(3, Option(1, 9), start=time(9))
    >>> overlapping([bed, walk, Part(4, Option(1, 9), start=time(15))]) is None
    True
    """
    seen: dict[tuple[int, date], list[Part]] = {}
    for part in parts:
        for day in part.days(date(2000, 1, 1)):
            for other in seen.setdefault((part.product, day), []):
                if None in (part.start, other.start) or part.start == other.start:
                    return other.id, part.id
            seen[part.product, day].append(part)
    return None
