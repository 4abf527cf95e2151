"""The tourist tax of a stay. Pure: no database, no clock.

Imposta di soggiorno: D.Lgs. 14 March 2011 no. 23, art. 4. Each municipality decides in its own
rules how much it asks per person and night, for how many nights, and who pays nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Rate:
    """What a municipality asks per person and night, from day to day."""

    minor: int
    currency: str = "EUR"
    accommodation: str = ""
    first_day: date = date.min
    last_day: date | None = None
    most_nights: int | None = None
    free_under: int = 0


@dataclass(frozen=True)
class Guests:
    """So many people of one unit, with the ages that it is for."""

    number: int
    min_age: int = 0
    max_age: int = 120


def rate_of(rates: Iterable[Rate], accommodation: str, night: date) -> Rate | None:
    """Return the rate of a night: that of the class before that of all, the youngest first.

    >>> every, hotel = Rate(100), Rate(300, accommodation="hotel-4")
    >>> rate_of([every, hotel], "hotel-4", date(2026, 7, 1)).minor
    300
    >>> rate_of([every, hotel], "farm", date(2026, 7, 1)).minor
    100
    >>> rate_of([hotel], "farm", date(2026, 7, 1)) is None
    True
    """
    fitting = [
        each
        for each in rates
        if each.accommodation in ("", accommodation)
        and each.first_day <= night
        and (each.last_day is None or night <= each.last_day)
    ]
    return max(fitting, key=lambda each: (each.accommodation, each.first_day), default=None)


def due(
    rates: Sequence[Rate], accommodation: str, nights: Iterable[tuple[date, Sequence[Guests]]]
) -> int:
    """Return what one stay owes in minor units.

    Somebody is taken to be old enough to pay unless their unit is only for those who pay
    nothing: what is shown is never less than what is asked on the spot. Nights are counted
    from the arrival; a gap between them begins another stay.

    Args:
        rates: Of the municipality.
        accommodation: Class of the house; empty when nobody said.
        nights: The day on which each begins, and who sleeps.

    >>> two_nights = [(date(2026, 7, day), [Guests(2)]) for day in (1, 2)]
    >>> due([Rate(200)], "", two_nights)
    800
    >>> due([Rate(200, most_nights=1)], "", two_nights)
    400
    >>> due([Rate(200, free_under=12)], "", [(date(2026, 7, 1), [Guests(2), Guests(1, 0, 11)])])
    400

    """
    total, counted = 0, 0
    before: date | None = None
    for night, guests in sorted(nights, key=lambda each: each[0]):
        if night != before:
            counted = counted + 1 if before and (night - before).days == 1 else 1
        before = night
        rate = rate_of(rates, accommodation, night)
        if rate is None or (rate.most_nights is not None and counted > rate.most_nights):
            continue
        paying = sum(each.number for each in guests if each.max_age >= rate.free_under)
        total += rate.minor * paying
    return total
