"""What official counts say of objectives: each answer with the municipalities that it is of."""

from dataclasses import replace
from typing import TYPE_CHECKING

from belvedere.measure.models import FlowObservation
from belvedere.measure.queries.flows import SINGLE, periods
from belvedere.measure.rules.flows import ALL, WORLD, one
from belvedere.measure.rules.reckoned import NOTHING, Reckoned, off_season, outside_the_ten
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.territory.models import Area


def share_outside_the_ten(area: "Area", year: int, provider: str) -> Reckoned:
    """Return the percentage of nights outside the ten most visited municipalities of an area.

    Args:
        area: The area.
        year: Of which year.
        provider: Key of one provider.

    Raises:
        BadInput: Several providers are given, or one that is not known or has no totals.

    """
    chosen = one(provider)
    found = periods(area, chosen, WORLD, ALL, "year", year)
    if not found:
        return Reckoned(None, reason=NOTHING, provider=chosen.key, year=year)
    (period,) = found
    rest = sum(each.nights or 0 for each in period.rest)
    reckoned = outside_the_ten(period.blocks(), period.members, rest)
    return replace(reckoned, provider=chosen.key, year=year)


def nights_off_season(area: "Area", year: int, provider: str) -> Reckoned:
    """Return an area's nights from January to March, in November and in December of a year.

    Args:
        area: The area.
        year: Of which year.
        provider: Key of one provider.

    Raises:
        BadInput: Several providers are given, or one that is not known or has no totals.

    """
    chosen = one(provider)
    found = periods(area, chosen, WORLD, ALL, "month", year)
    months = {each.start.month: each.blocks() for each in found}
    members = {code for each in found for code in each.members}
    reckoned = off_season(months, members)
    return replace(reckoned, provider=chosen.key, year=year)


def years_by_municipality(area: "Area", provider: str, *, kind: str = "year") -> list[int]:
    """Return the years in which a provider shows some municipality of an area, newest first.

    Args:
        area: The area.
        provider: Key of one provider.
        kind: `year` or `month`.

    """
    codes = [each.code for each in territory.stays(area)]
    found = FlowObservation.objects.filter(
        provider=one(provider).key,
        period_kind=kind,
        scope__in=SINGLE,
        coverage__overlap=codes,
        origin=WORLD,
        accommodation=ALL,
        masked=False,
    )
    years = found.order_by("-period_start__year").values_list("period_start__year", flat=True)
    return list(years.distinct())
