"""The arithmetic of agreements: moments, standing, anniversaries. Pure: no clock."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from babel.dates import format_date, format_skeleton

from belvedere.shared.languages import locale

EXPIRING_DAYS = 90
"""An agreement is expiring in the last three months of its term."""


class Precision(StrEnum):
    """How much of a day is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class State(StrEnum):
    """How an agreement stands on a day."""

    COMING = "coming"
    IN_FORCE = "in_force"
    EXPIRING = "expiring"
    ENDED = "ended"


@dataclass(frozen=True)
class Moment:
    """A day of which perhaps only the month or the year is known.

    Attributes:
        day: The first day that is possible.
        precision: How much of it is known.

    """

    day: date
    precision: Precision = Precision.DAY

    @property
    def last(self) -> date:
        """Return the last day that is possible.

        >>> Moment(date(1992, 1, 1), Precision.YEAR).last
        datetime.date(1992, 12, 31)
        >>> Moment(date(2020, 2, 1), Precision.MONTH).last
        datetime.date(2020, 2, 29)
        """
        if self.precision == Precision.YEAR:
            return date(self.day.year, 12, 31)
        if self.precision == Precision.MONTH:
            return (self.day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(1)
        return self.day

    def text(self, language: str) -> str:
        """Write it for people; what is not known is not written.

        >>> Moment(date(1992, 1, 1), Precision.YEAR).text("it")
        '1992'
        >>> Moment(date(1992, 1, 1), Precision.YEAR).text("zh-Hans")
        '1992年'
        >>> Moment(date(2019, 3, 1), Precision.MONTH).text("it")
        'marzo 2019'
        >>> Moment(date(2019, 3, 4)).text("en")
        '4 March 2019'
        """
        spoken = "en_GB" if language == "en" else locale(language)
        skeleton = {Precision.YEAR: "y", Precision.MONTH: "yMMMM"}.get(self.precision)
        if skeleton is None:
            return format_date(self.day, "long", locale=spoken)
        return format_skeleton(skeleton, self.day, locale=spoken)


def moment(text: str) -> Moment | None:
    """Read a moment as people type it; None if it is none.

    >>> moment("2019").precision, moment(" 3/2019 ").text("en")
    (<Precision.YEAR: 'year'>, 'March 2019')
    >>> moment("04/03/2019").day, moment("2019-03-04").day, moment("4.3.2019").precision.value
    (datetime.date(2019, 3, 4), datetime.date(2019, 3, 4), 'day')
    >>> moment("2019-03").day, moment("31/02/2019"), moment("last year"), moment("19")
    (datetime.date(2019, 3, 1), None, None, None)
    """
    parts = re.split(r"[/.-]", text.strip())
    if not 1 <= len(parts) <= 3 or not all(re.fullmatch(r"[0-9]{1,4}", p) for p in parts):
        return None
    if len(parts[-1]) == 4:
        parts.reverse()
    if len(parts[0]) != 4:
        return None
    numbers = [int(each) for each in parts] + [1, 1]
    try:
        day = date(numbers[0], numbers[1], numbers[2])
    except ValueError:
        return None
    return Moment(day, (Precision.YEAR, Precision.MONTH, Precision.DAY)[len(parts) - 1])


@dataclass(frozen=True)
class Happened:
    """One act as the rules see it.

    Attributes:
        kind: signed, renewed, amended or ended.
        when: The day, as exactly as it is known.
        term_from: First day of the term that it sets, if it says one.
        term_until: Last day of it.

    """

    kind: str
    when: Moment
    term_from: date | None = None
    term_until: date | None = None


@dataclass(frozen=True)
class Standing:
    """How an agreement stands on a day.

    Attributes:
        state: In words of the trade.
        since: First day of the term, or of the signature.
        until: Last day, if one is known.

    """

    state: State
    since: date | None = None
    until: date | None = None


def standing(acts: Sequence[Happened], on: date) -> Standing:
    """Work out from the acts, in their order, how an agreement stands on a day.

    A renewal replaces the term before it, also when it names no end; an amendment changes
    only what it names. An agreement without a known end stays in force until it is ended.

    >>> signed = Happened("signed", Moment(date(2019, 1, 1), Precision.YEAR))
    >>> standing([signed], date(2026, 1, 1)).state.value
    'in_force'
    >>> standing([signed], date(2018, 12, 31)).state.value
    'coming'
    >>> term = Happened("renewed", Moment(date(2020, 5, 4)), None, date(2022, 5, 3))
    >>> [standing([signed, term], date(2022, m, 1)).state.value for m in (1, 4, 6)]
    ['in_force', 'expiring', 'ended']
    >>> longer = Happened("amended", Moment(date(2022, 1, 9)), None, date(2023, 5, 3))
    >>> standing([signed, term, longer], date(2022, 6, 1)).until
    datetime.date(2023, 5, 3)
    >>> standing([signed, Happened("ended", Moment(date(2021, 6, 30)))], date(2021, 6, 30))
    Standing(state=<State.ENDED: 'ended'>, since=datetime.date(2019, 1, 1), until=datetime.date(2021, 6, 30))
    """  # noqa: E501
    since: date | None = None
    until: date | None = None
    for each in acts:
        if each.when.day > on:
            break
        if each.kind == "ended":
            return Standing(State.ENDED, since, each.when.day)
        if each.kind != "amended":
            until = None
        since = each.term_from or since or each.when.day
        until = each.term_until or until
    return Standing(_state(since, until, on), since, until)


def _state(since: date | None, until: date | None, on: date) -> State:
    if since is None or since > on:
        return State.COMING
    if until is None or (until - on).days > EXPIRING_DAYS:
        return State.IN_FORCE
    return State.EXPIRING if until >= on else State.ENDED


@dataclass(frozen=True)
class Anniversary:
    """A round number of years since an agreement was signed."""

    years: int
    when: Moment


def is_round(years: int) -> bool:
    """Say whether a number of years is celebrated: 5, tens and quarters of a century.

    >>> [each for each in range(1, 61) if is_round(each)]
    [5, 10, 20, 25, 30, 40, 50, 60]
    """
    return years > 0 and (years == 5 or years % 10 == 0 or years % 25 == 0)


def anniversary(signed: Moment, on: date) -> Anniversary:
    """Return the next anniversary that is celebrated, from a day on.

    Of a signature of which only the year is known, the anniversary is a year too.

    >>> anniversary(Moment(date(1992, 1, 1), Precision.YEAR), date(2026, 11, 25))
    Anniversary(years=40, when=Moment(day=datetime.date(2032, 1, 1), precision=<Precision.YEAR: 'year'>))
    >>> anniversary(Moment(date(2016, 2, 29)), date(2021, 2, 28)).when.day
    datetime.date(2021, 2, 28)
    >>> anniversary(Moment(date(2016, 2, 29)), date(2021, 3, 1)).years
    10
    """  # noqa: E501
    for years in _rounds(max(1, on.year - signed.day.year)):
        when = Moment(_years_later(signed.day, years), signed.precision)
        if when.last >= on:
            return Anniversary(years, when)
    raise AssertionError("Numbers end only with the calendar.")  # pragma: no cover


def _rounds(first: int) -> Iterator[int]:
    return (each for each in range(first, first + 8000) if is_round(each))


def _years_later(day: date, years: int) -> date:
    if (day.month, day.day) == (2, 29):
        day = day.replace(day=28)
    return day.replace(year=day.year + years)


def mark(days_left: int, marks: Iterable[int]) -> int | None:
    """Return the mark that is reached when so many days are left; None if none is.

    A day on which nobody looked is made up for: 29 days left are still told as the 30.

    >>> [mark(each, (30, 7)) for each in (31, 30, 8, 7, 0, -1)]
    [None, 30, 30, 7, 7, None]
    """
    if days_left < 0:
        return None
    return min((each for each in marks if days_left <= each), default=None)
