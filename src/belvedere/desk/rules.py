"""Small arithmetic of the desk: calendars, codes, bars. Pure: no database, no clock."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from babel.units import format_unit

from belvedere.shared.languages import locale
from belvedere.shared.money import Amount

STAFF = ("head", "promotion", "editor", "analyst")
FLOW_READERS = ("analyst", "head", "promotion")
EDITORS = ("editor", "promotion", "head")
REVIEWERS = ("promotion", "head")
WEEKS_SHOWN = 9
MOST = 200
DURATIONS = (60, 90, 120, 150, 180, 240, 300, 360, 480)
SIGN_SIZES = ("A5", "A4")
# What to say at the door, for who does not speak the guest's language.
GREETINGS = {"it": "Buongiorno!", "en": "Hello!", "zh-Hans": "你好！ (nǐ hǎo)"}


def price(text: str, currency: str = "EUR") -> Amount | None:
    """Read a price as people type it; None if it is none.

    >>> price("25"), price("25,50 €"), price("1.250,00")
    (Amount(minor=2500, currency='EUR'), Amount(minor=2550, currency='EUR'), Amount(minor=125000, currency='EUR'))
    >>> price("twenty") is None, price("12.5"), price("-3") is None
    (True, Amount(minor=1250, currency='EUR'), True)
    """  # noqa: E501
    digits = re.sub(r"[\s€]|EUR", "", text)
    if re.fullmatch(r"\d{1,3}(\.\d{3})*,\d{1,2}|\d{1,3}(\.\d{3})+", digits):
        digits = digits.replace(".", "")
    try:
        major = Decimal(digits.replace(",", "."))
    except InvalidOperation:
        return None
    return Amount(int((major * 100).to_integral_value()), currency) if major > 0 else None


def cell(text: str) -> str:
    """Keep a spreadsheet from taking somebody's words for a formula.

    >>> cell("=1+1"), cell("Castagne"), cell("")
    ("'=1+1", 'Castagne', '')
    """
    return f"'{text}" if text and text[0] in "=+-@\t\r" else text


def figure(text: str) -> Decimal | None:
    """Read a number as people type it; None if it is none. A point before three digits groups.

    >>> figure("24,5"), figure("42.000"), figure("1.250,75"), figure("-3")
    (Decimal('24.5'), Decimal('42000'), Decimal('1250.75'), Decimal('-3'))
    >>> figure("many") is None, figure("1e9") is None
    (True, True)
    """
    digits = re.sub(r"[\s%€]|EUR", "", text).replace("−", "-")
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?", digits):
        digits = digits.replace(".", "")
    digits = digits.replace(",", ".")
    return Decimal(digits) if re.fullmatch(r"-?\d{1,12}(\.\d{1,4})?", digits) else None


@dataclass(frozen=True)
class Day:
    """One cell of a calendar."""

    day: date
    open: bool
    chosen: bool


@dataclass(frozen=True)
class Month:
    """The weeks of one month, Monday first; None stands for a day of another month."""

    first: date
    weeks: tuple[tuple[Day | None, ...], ...]


def months(
    today: date, *, weeks: int = WEEKS_SHOWN, chosen: Iterable[date] = ()
) -> tuple[Month, ...]:
    """Return the calendar from this week on, month by month.

    >>> shown = months(date(2026, 11, 24), weeks=2, chosen=[date(2026, 11, 28)])
    >>> [month.first.isoformat() for month in shown]
    ['2026-11-01', '2026-12-01']
    >>> [each and each.day.day for each in shown[0].weeks[0]]
    [23, 24, 25, 26, 27, 28, 29]
    >>> [each and each.day.day for each in shown[0].weeks[1]]
    [30, None, None, None, None, None, None]
    >>> shown[0].weeks[0][0].open, shown[0].weeks[0][5].chosen
    (False, True)
    """
    picked = set(chosen)
    monday = today - timedelta(days=today.weekday())
    days = [monday + timedelta(days=each) for each in range(7 * weeks)]
    firsts = sorted({each.replace(day=1) for each in days})
    return tuple(
        Month(first, tuple(_weeks(monday, days, first, today, picked))) for first in firsts
    )


def _weeks(
    monday: date, days: Sequence[date], first: date, today: date, picked: set[date]
) -> Iterable[tuple[Day | None, ...]]:
    for start in range(0, len(days), 7):
        week = days[start : start + 7]
        if any(each.replace(day=1) == first for each in week):
            yield tuple(
                Day(each, each >= today, each in picked)
                if each.replace(day=1) == first
                else None
                for each in week
            )


def on_weekdays(today: date, weekdays: Iterable[int], *, weeks: int = WEEKS_SHOWN) -> set[date]:
    """Return the coming days that fall on the weekdays (0 is Monday), as far as shown.

    >>> sorted(each.day for each in on_weekdays(date(2026, 11, 24), [5], weeks=2))
    [5, 28]
    """
    wanted = set(weekdays)
    monday = today - timedelta(days=today.weekday())
    days = (monday + timedelta(days=each) for each in range(7 * weeks))
    return {each for each in days if each >= today and each.weekday() in wanted}


def lasting(seconds: float, language: str) -> str:
    """Write how long something took, in at most two units.

    >>> lasting(95, "it"), lasting(7500, "en"), lasting(200000, "zh-Hans")
    ('1 min 35 s', '2 hr 5 min', '2天 7小时')
    """
    spoken = locale(language)
    left, parts = round(seconds), []
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(
                format_unit(count, f"duration-{unit}", "short", locale=spoken).replace(
                    "\xa0", " "
                )
            )
    return " ".join(parts[:2]) or format_unit(0, "duration-second", "short", locale=spoken)


@dataclass(frozen=True)
class Period:
    """Days that a page of results is about, first and last included; None is open."""

    first: date | None
    last: date | None


PERIODS = ("month", "30", "90", "365", "all")


def period(
    name: str, today: date, first: date | None = None, last: date | None = None
) -> Period:
    """Return the days that a name means.

    >>> today = date(2026, 11, 24)
    >>> period("month", today)
    Period(first=datetime.date(2026, 11, 1), last=datetime.date(2026, 11, 24))
    >>> period("30", today).first
    datetime.date(2026, 10, 26)
    >>> period("all", today)
    Period(first=None, last=None)
    >>> period("", today, first=date(2026, 3, 1)).first
    datetime.date(2026, 3, 1)
    """
    if first or last:
        return Period(first, last)
    if name == "month":
        return Period(today.replace(day=1), today)
    if name in PERIODS and name.isdigit():
        return Period(today - timedelta(days=int(name) - 1), today)
    return Period(None, None)


@dataclass(frozen=True)
class Bar:
    """One step of a funnel as it is drawn.

    Attributes:
        key: Name of the step.
        count: How many.
        width: Percent of the longest bar.
        of_before: Percent of the step before; None for the first, or after an empty one.

    """

    key: str
    count: int
    width: float
    of_before: int | None


def bars(steps: Sequence[tuple[str, int]]) -> list[Bar]:
    """Return the bars of a funnel, in order.

    >>> [(bar.width, bar.of_before) for bar in bars([("followed", 200), ("paid", 50)])]
    [(100.0, None), (25.0, 25)]
    >>> [(bar.width, bar.of_before) for bar in bars([("followed", 0), ("paid", 0)])]
    [(0.0, None), (0.0, None)]
    """
    longest = max((count for _, count in steps), default=0)
    drawn, before = [], 0
    for key, count in steps:
        width = round(100 * count / longest, 1) if longest else 0.0
        of_before = round(100 * count / before) if before and count <= before else None
        drawn.append(Bar(key, count, width, of_before))
        before = count
    return drawn


@dataclass(frozen=True)
class Range:
    """An amount that is known to lie between two others, which may be the same."""

    low: Amount
    high: Amount

    @property
    def single(self) -> bool:
        """Say whether it is one figure.

        >>> Range(Amount(5), Amount(5)).single
        True
        """
        return self.low == self.high


def cost_range(spent: Amount, budget: Amount, orders: int, *, over: bool) -> Range | None:
    """Return between what a traced order of an action costs.

    While the action runs, what is noted as spent is the least that it cost and its budget, if
    that is more, the most. When it is over and spending was noted, there is one figure. None
    without an order or without any money.

    >>> cost_range(Amount(20000), Amount(45000), 4, over=False)
    Range(low=Amount(minor=5000, currency='EUR'), high=Amount(minor=11250, currency='EUR'))
    >>> cost_range(Amount(20000), Amount(45000), 4, over=True).single
    True
    >>> cost_range(Amount(0), Amount(45000), 4, over=True).low.major
    Decimal('112.50')
    >>> cost_range(Amount(20000), Amount(45000), 0, over=True) is None
    True
    """
    least = spent.minor or budget.minor
    most = spent.minor if over and spent.minor else max(spent.minor, budget.minor)
    if orders < 1 or most < 1:
        return None
    low, high = ((2 * each + orders) // (2 * orders) for each in (least, most))
    return Range(Amount(low, spent.currency), Amount(high, spent.currency))
