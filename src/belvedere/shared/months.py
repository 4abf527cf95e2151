"""Months as a calendar on the wall shows them, in the manner of a language. Pure."""

from calendar import Calendar
from datetime import date

from babel import Locale
from babel.dates import format_skeleton, get_day_names

from belvedere.shared.languages import locale


def beside(first: date, months: int) -> date:
    """Return the first day of the month that lies so many months away.

    >>> beside(date(2026, 12, 1), 1), beside(date(2026, 1, 1), -1)
    (datetime.date(2027, 1, 1), datetime.date(2025, 12, 1))
    """
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def asked(text: str, today: date, *, back: int = 0, ahead: int = 12) -> date:
    """Read a month as an address names it; today's when it names none, or one too far away.

    Args:
        text: "2026-12".
        today: In the month that is meant without a name.
        back: How many months before it may be shown.
        ahead: How many after it.

    >>> asked("2026-12", date(2026, 11, 24)), asked("next", date(2026, 11, 24))
    (datetime.date(2026, 12, 1), datetime.date(2026, 11, 1))
    >>> asked("2026-10", date(2026, 11, 24)), asked("9999-12", date(2026, 11, 24))
    (datetime.date(2026, 11, 1), datetime.date(2026, 11, 1))

    """
    this = today.replace(day=1)
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return this
    return first if beside(this, -back) <= first <= beside(this, ahead) else this


def weeks(first: date, language: str) -> list[list[date]]:
    """Return the whole weeks that a month lies in; they begin as the language's people say.

    >>> [day.day for day in weeks(date(2026, 12, 1), "it")[0]]
    [30, 1, 2, 3, 4, 5, 6]
    """
    begins = Locale.parse(locale(language)).first_week_day
    return Calendar(begins).monthdatescalendar(first.year, first.month)


def weekday_names(language: str) -> list[tuple[int, str, str]]:
    """Return the days of the week, Monday first: number, short name, whole name.

    >>> weekday_names("it")[5]
    (5, 'sab', 'sabato')
    >>> weekday_names("zh-Hans")[0]
    (0, '周一', '星期一')
    """
    spoken = locale(language)
    short = get_day_names("abbreviated", "stand-alone", locale=spoken)
    whole = get_day_names("wide", "stand-alone", locale=spoken)
    return [(each, short[each], whole[each]) for each in range(7)]


def heads(language: str) -> list[tuple[str, str]]:
    """Return the short and the whole names of the days, in the order of `weeks`.

    >>> heads("en")[0]
    ('Mon', 'Monday')
    """
    begins = Locale.parse(locale(language)).first_week_day
    named = weekday_names(language)
    return [(short, whole) for _number, short, whole in named[begins:] + named[:begins]]


def name(first: date, language: str) -> str:
    """Return a month and its year as a heading.

    >>> name(date(2026, 12, 1), "it"), name(date(2026, 12, 1), "zh-Hans")
    ('dicembre 2026', '2026年12月')
    """
    return format_skeleton("yMMMM", first, locale=locale(language))
