"""Where the acts of an agreement stand on a drawn line of time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from belvedere.territory.rules.agreements import Happened, Precision

MOST_YEARS = 6
"""So many labels of years fit under the line on a telephone."""

NEAR = 7
"""Dots nearer than this would hide each other."""

EDGE = 3
"""Left free at both ends, so that a dot there is whole."""


@dataclass(frozen=True)
class Dot:
    """One act on the line; as wide as what is not known of its day.

    Attributes:
        number: Of the act.
        x: Where its middle is, of a width of 100.
        width: From the first day that is possible to the last; 0 for a known day.
        row: 0, or more where dots would lie on one another.

    """

    number: int
    x: float
    width: float
    row: int = 0

    @property
    def left(self) -> float:
        """Return where the first day that is possible stands.

        >>> Dot(1, 12.5, 25.0).left
        0.0
        """
        return round(self.x - self.width / 2, 2)


@dataclass(frozen=True)
class Span:
    """A term that an act set."""

    number: int
    x: float
    width: float


@dataclass(frozen=True)
class Timeline:
    """Everything that is drawn, from 0 to 100."""

    dots: tuple[Dot, ...]
    terms: tuple[Span, ...]
    years: tuple[tuple[int, float], ...]
    today: float


def timeline(acts: Sequence[Happened], on: date) -> Timeline:
    """Lay the acts of an agreement on a line from its first year to the last that matters.

    >>> from belvedere.territory.rules.agreements import Moment
    >>> year = lambda y: Moment(date(y, 1, 1), Precision.YEAR)
    >>> line = timeline([Happened("signed", year(2019)), Happened("renewed", year(2020))],
    ...     date(2022, 1, 1))
    >>> [(each.number, each.x, each.width) for each in line.dots], line.today
    ([(1, 14.75, 23.5), (2, 38.25, 23.5)], 73.5)
    >>> [year for year, x in line.years]
    [2019, 2020, 2021, 2022, 2023]
    """
    days = [each.when.last for each in acts] + [on]
    days += [each.term_until for each in acts if each.term_until]
    begins = [each.when.day for each in acts] + [e.term_from for e in acts if e.term_from]
    first, last = min([*begins, on]).year, max(days).year + 1

    def at(day: date) -> float:
        days = (date(day.year + 1, 1, 1) - date(day.year, 1, 1)).days
        inside = (day - date(day.year, 1, 1)).days / days
        return placed(day.year - first + inside)

    def placed(years: float) -> float:
        return round(EDGE + (100 - 2 * EDGE) * years / (last - first), 2)

    dots: list[Dot] = []
    for number, each in enumerate(acts, 1):
        begin = at(each.when.day)
        known = each.when.precision == Precision.DAY
        end = begin if known else at(each.when.last + timedelta(days=1))
        middle = round((begin + end) / 2, 2)
        near = {dot.row for dot in dots if abs(dot.x - middle) < NEAR}
        row = next(row for row in range(len(dots) + 1) if row not in near)
        dots.append(Dot(number, middle, round(end - begin, 2), row))
    terms = []
    for number, each in enumerate(acts, 1):
        if each.term_until:
            begin = at(each.term_from or each.when.day)
            terms.append(Span(number, begin, round(at(each.term_until) - begin, 2)))
    step = -(-(last - first) // MOST_YEARS)
    years = [(year, placed(year - first)) for year in range(first, last + 1, step)]
    return Timeline(tuple(dots), tuple(terms), tuple(years), at(on))
