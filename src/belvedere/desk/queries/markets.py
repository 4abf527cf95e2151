"""By market and by month: the warehouse's figures beside the names that people know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from babel import Locale
from babel.dates import get_month_names
from django.utils.translation import gettext as _

from belvedere.desk.queries.drawings import Drawing, drawing
from belvedere.measure import figures
from belvedere.measure.rules import Funnel
from belvedere.shared import clock, months
from belvedere.shared.languages import locale
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.territory.models import Area


@dataclass(frozen=True)
class Row:
    """What came from one market, or in one month."""

    name: str
    funnel: Funnel


@dataclass(frozen=True)
class Markets:
    """Everything on the page of markets.

    Attributes:
        made_at: When the figures were prepared; None if they never were.
        years: The years that may be chosen, the last one first.
        year: The one that is shown.
        areas: The areas that may be chosen.
        area: The one that is shown; None for all of them together.
        markets: Best first.
        months: In order; of the year that runs, those that have begun.

    """

    made_at: datetime | None
    years: list[int]
    year: int
    areas: "list[tuple[Area, str]]"
    area: "Area | None"
    markets: list[Row]
    months: list[Row]


def markets(user: Any, language: str, year: int | None = None, area: str = "") -> Markets:
    """Return what each market and each month of a year brought, in the areas of somebody.

    Args:
        user: Who looks; only the areas that they are staff of count.
        language: BCP 47.
        year: None for the last one in which anything happened.
        area: Slug of one area; empty for all of them together.

    """
    found = figures.read()
    if found is None:
        return Markets(None, [], clock.today().year, [], None, [], [])
    seen = list(territory.areas_of(user).filter(slug__in=found.areas()).order_by("name"))
    chosen = next((each for each in seen if each.slug == area), None)
    slugs = {chosen.slug} if chosen else _slugs(user, seen)
    years = found.years(slugs)
    shown = year if year in years else next(iter(years), clock.today().year)
    names = territory.names(seen, language, gloss=False)
    return Markets(
        made_at=found.made_at,
        years=years,
        year=shown,
        areas=[(each, names[each.pk]) for each in seen],
        area=chosen,
        markets=_markets(found.by_market(shown, slugs), language),
        months=_months(found.by_month(shown, slugs), shown, language) if years else [],
    )


def _slugs(user: Any, seen: "list[Area]") -> set[str] | None:
    return None if user.is_superuser else {each.slug for each in seen}


def _markets(funnels: Mapping[str, Funnel], language: str) -> list[Row]:
    countries = Locale.parse(locale(language)).territories
    rows = [
        Row(countries.get(key, key) if key else _("Not known"), each)
        for key, each in funnels.items()
    ]
    return sorted(rows, key=lambda each: (-each.funnel.paid, -each.funnel.held, each.name))


def _months(funnels: Mapping[str, Funnel], year: int, language: str) -> list[Row]:
    today = clock.today()
    last = today.month if year == today.year else 12
    last = max([last, *(int(key[5:]) for key in funnels)])
    return [
        Row(
            months.name(date(year, month, 1), language),
            funnels.get(f"{year}-{month:02}", Funnel()),
        )
        for month in range(1, last + 1)
    ]


def market_drawing(rows: list[Row]) -> Drawing:
    """Return the chart of markets: orders paid, the best ten."""
    points = tuple((each.name, each.funnel.paid) for each in rows[:10])
    return paid_drawing("bars", points)


def month_drawing(rows: list[Row], language: str) -> Drawing:
    """Return the chart of months: orders paid."""
    short = get_month_names("abbreviated", "stand-alone", locale=locale(language))
    values = [each.funnel.paid for each in rows]
    points = tuple((short[month], value) for month, value in enumerate(values, start=1))
    return paid_drawing("line", points, [(each.name, each.funnel.paid) for each in rows])


def paid_drawing(
    kind: Literal["bars", "line"],
    points: Sequence[tuple[str, int]],
    words: Sequence[tuple[str, int]] | None = None,
) -> Drawing:
    """Return a chart of orders paid.

    Args:
        kind: `bars` or `line`.
        points: What each is called on the chart, and its orders.
        words: The same with whole names, where the chart's are short.

    """
    said = ", ".join(f"{name} {value}" for name, value in words or points)
    alternative = _("Chart of the orders paid: %(points)s.") % {"points": said}
    return drawing(kind, _("Orders paid"), points, alternative)
