"""Official counts of guests for one area's page: by year, every way of growth, by origin."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from belvedere.desk.queries.drawings import Drawing, drawing
from belvedere.desk.rules import FLOW_READERS
from belvedere.measure import queries as measure
from belvedere.measure.rules import PROVIDERS, Figure, Growth, Provider, Way
from belvedere.shared.numbers import number
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.territory.models import Area

SHOWN_FROM = 2019
"""The year before travel stopped: what growth is seen from, unless somebody asks otherwise."""


@dataclass(frozen=True)
class FlowYear:
    """One year's figure, with who is in it.

    `apart` says that it can't be compared with the year before: other municipalities are
    counted, the provider's definition changed, or a year is lacking.
    """

    figure: Figure
    apart: bool
    counted: tuple[str, ...]
    hidden: tuple[str, ...]


@dataclass(frozen=True)
class FlowWay:
    """Growth seen one way, in words."""

    way: Way
    words: str
    joined: tuple[str, ...]


@dataclass(frozen=True)
class Flows:
    """What one provider says of one area."""

    area: "Area"
    name: str
    provider: Provider
    years: list[FlowYear]
    growth: Growth | None
    ways: list[FlowWay]


def flow_areas(user: Any) -> "list[Area]":
    """Return the areas whose flows somebody may read: those of the role, and those in them."""
    if user.is_superuser:
        return list(territory.ambiti())
    held = user.memberships.filter(role__in=FLOW_READERS).select_related("area")
    found = {each.area_id: each.area for each in held}
    fresh = list(found.values())
    while fresh:
        inner = [each for area in fresh for each in territory.inside(area)]
        fresh = [each for each in inner if each.pk not in found]
        found |= {each.pk: each for each in fresh}
    return list(found.values())


def flow_providers(area: "Area") -> list[Provider]:
    """Return who publishes yearly totals of an area, in our order."""
    known = set(measure.providers(area))
    return [each for each in PROVIDERS.values() if each.key in known and not each.lists]


def flows(
    area: "Area", provider: Provider, first: int | None, last: int | None, language: str
) -> Flows:
    """Return an area's flows; years that the provider does not have give no growth."""
    found = measure.figures(area, provider.key)
    names = {each.code: each.name for each in territory.stays(area)}
    known = [each.period.year for each in found if each.nights is not None]
    growth = None
    if len(known) > 1:
        begin = first or (SHOWN_FROM if SHOWN_FROM in known[:-1] else known[0])
        end = last or known[-1]
        if begin in known and end in known and begin < end:
            growth = measure.growth(area, begin, end, provider.key)
    words = way_words()
    return Flows(
        area,
        territory.names([area], language, gloss=False)[area.pk],
        provider,
        [
            FlowYear(
                each,
                before is not None and _apart(before, each),
                _named(each.counted, names),
                _named(each.hidden, names),
            )
            for before, each in zip([None, *found], found, strict=False)
        ],
        growth,
        [
            FlowWay(
                each,
                words[each.name],
                tuple(name for name in each.counted_last if name not in each.counted_first),
            )
            for each in (growth.ways if growth else ())
        ],
    )


def year_drawing(found: Flows, language: str) -> Drawing:
    """Return the chart of nights by year; its line is broken where years can't be compared."""
    by_year = {each.figure.period.year: each for each in found.years}
    years = range(min(by_year), max(by_year) + 1)
    nights = [by_year[each].figure.nights if each in by_year else None for each in years]
    said = ", ".join(
        f"{year} {number(count, language)}" for year, count in zip(years, nights, strict=True)
    )
    alternative = _("Chart of the nights by year: %(points)s.") % {"points": said}
    return drawing(
        "line",
        pgettext("tourism", "Nights"),
        [(str(year), count) for year, count in zip(years, nights, strict=True)],
        f"{alternative} {broken_words(found)}".strip(),
        breaks=[at for at, year in enumerate(years) if year in by_year and by_year[year].apart],
    )


def broken_words(found: Flows) -> str:
    """Say before which years the line is broken; nothing if it is whole."""
    years = ", ".join(str(each.figure.period.year) for each in found.years if each.apart)
    if not years:
        return ""
    return _(
        "The line is broken before %(years)s: other municipalities are counted than in the "
        "year before, the count itself changed, or a year is lacking."
    ) % {"years": years}


def _apart(before: Figure, after: Figure) -> bool:
    return (
        after.broken
        or before.counted != after.counted
        or before.period.year + 1 != after.period.year
        or before.nights is None
    )


def sister_areas(found: Flows, language: str) -> list[tuple[str, measure.Sister]]:
    """Return the areas of the same kind beside each other, for the years that growth is of."""
    if found.growth is None:
        return []
    years = (found.growth.first_year, found.growth.last_year)
    rows = measure.sisters(found.area, *years, found.provider.key)
    names = territory.names([each.area for each in rows], language, gloss=False)
    return [(names[each.area.pk], each) for each in rows]


def shades(rows: list[tuple[str, measure.Sister]]) -> dict[str, int]:
    """Return how dark each area is drawn: 4 for the fifth that grew most, down to 0."""
    return {each.area.slug: 4 - 5 * rank // len(rows) for rank, (_, each) in enumerate(rows)}


def guests_from_china(language: str) -> list[tuple[str, Figure]]:
    """Return the guests from China by province, most nights first."""
    found = measure.guests_from("CN", "istat-origin")
    names = territory.names([area for area, _figure in found], language, gloss=False)
    return [(names[area.pk], each) for area, each in found]


def way_words() -> dict[str, str]:
    """Return what each way of growth is called."""
    return {
        "published": _("As published"),
        "both": _("Only what both years show"),
        "always": _("Only what every year shows"),
    }


def status_words() -> dict[str, str]:
    """Return what a provider says of its figures."""
    return {
        "validated": pgettext("statistics", "validated"),
        "provisional": pgettext("statistics", "provisional"),
    }


def _named(codes: frozenset[str], names: dict[str, str]) -> tuple[str, ...]:
    return tuple(sorted(names.get(each, each) for each in codes))
