"""Reading official counts of guests: of one provider, an area, its periods, an origin."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Max, Q, QuerySet

from belvedere.measure.models import FlowObservation
from belvedere.measure.rules.flows import (
    ALL,
    FOREIGN,
    ITALY,
    WORLD,
    Block,
    Figure,
    Growth,
    Provider,
    Way,
    growth_percent,
    one,
    total,
    ways,
)
from belvedere.shared.errors import BadInput
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.territory.models import Area

SINGLE = (FlowObservation.Scope.MUNICIPALITY, FlowObservation.Scope.TOGETHER)


@dataclass
class Period:
    """What one provider says of one area and period, before it is added up."""

    start: date
    members: dict[str, str]
    singles: list[FlowObservation] = field(default_factory=list)
    rest: list[FlowObservation] = field(default_factory=list)
    own: FlowObservation | None = None

    @property
    def complete(self) -> bool:
        """Say whether each municipality of the area is there, shown or masked."""
        seen = {code for each in self.singles for code in each.coverage}
        return bool(self.members) and self.members.keys() <= seen

    def blocks(self) -> list[Block]:
        """Return what is published together."""
        return [Block(frozenset(each.coverage), each.nights) for each in self.singles]


def figures(
    area: "Area",
    provider: str,
    *,
    origin: str = WORLD,
    accommodation: str = ALL,
    kind: str = "year",
) -> list[Figure]:
    """Return arrivals, nights and average stay of an area by period, oldest first.

    The figure is the sum of what the provider shows of the area's municipalities, members of
    that very period, with the masked ones named; where they are not all known here, it is
    what the provider publishes of the area itself. A period without either is left out.

    Args:
        area: An ambito, a province or a region.
        provider: Key of one provider.
        origin: WORLD, IT, WRL_X_ITA, or a code of ISO 3166 or ISTAT.
        accommodation: ALL, HOTELLIKE, OTHER.
        kind: `year` or `month`.

    Raises:
        BadInput: Several providers are given, or one that is not known.

    """
    chosen = one(provider)
    found = (
        _figure(chosen, each) for each in periods(area, chosen, origin, accommodation, kind)
    )
    return [each for each in found if each is not None]


def growth(area: "Area", first_year: int, last_year: int, provider: str) -> Growth:
    """Return how an area's nights grew between two years, every way that can be had.

    As published; on the municipalities that both years show; on those that all years of the
    series show. Which they are follows from the data and is named: nobody can choose.

    Args:
        area: The area.
        first_year: From which year.
        last_year: To which.
        provider: Key of one provider.

    Raises:
        BadInput: Several providers are given, or one that has no figure of one of the years.

    """
    chosen = one(provider)
    by_year = {each.start.year: each for each in periods(area, chosen, WORLD, ALL, "year")}
    for each in (first_year, last_year):
        if each not in by_year or _figure(chosen, by_year[each]) is None:
            raise BadInput(f"{chosen.key} has no figure of {area} in {each}.", field="year")
    ends = [_figure(chosen, by_year[each]) for each in (first_year, last_year)]
    single = {year: each for year, each in by_year.items() if each.complete}
    if first_year in single and last_year in single:
        stays = territory.stays(area)
        found = ways(
            {year: each.blocks() for year, each in single.items()},
            first_year,
            last_year,
            into={each.code: each.into for each in stays if each.into},
            names={each.code: each.name for each in stays},
        )
        found = (_with_rest(found[0], ends), *found[1:])
        years = tuple(sorted(single))
    else:
        found = (_as_published(chosen, by_year[first_year], by_year[last_year]),)
        years = tuple(sorted(by_year))
    return Growth(
        area.slug,
        chosen.key,
        tuple(sorted({each.vintage for each in ends if each})),
        first_year,
        last_year,
        years,
        found,
    )


@dataclass(frozen=True)
class Sister:
    """Nights of one area in two years, as one provider publishes the area itself."""

    area: "Area"
    first: int
    last: int

    @property
    def percent(self) -> Decimal | None:
        """Return the growth in percent."""
        return growth_percent(self.first, self.last)


def sisters(area: "Area", first_year: int, last_year: int, provider: str) -> list[Sister]:
    """Return an area and those of its kind with their nights in two years, most growth first.

    As published: what is masked in one year and shown in the other is in it, so that a rank is
    no verdict. An area without one of the two figures is left out.

    Raises:
        BadInput: Several providers are given, or one that is not known.

    """
    chosen = one(provider)
    rows = _newest(chosen, "year").filter(
        scope="area",
        area__kind=area.kind,
        origin=WORLD,
        accommodation=ALL,
        period_start__in=[date(first_year, 1, 1), date(last_year, 1, 1)],
        nights__isnull=False,
    )
    nights: dict[Area, dict[int, int]] = defaultdict(dict)
    for each in _latest(rows, chosen, "year"):
        if each.area is not None:
            nights[each.area][each.period_start.year] = each.nights or 0
    found = [
        Sister(which, years[first_year], years[last_year])
        for which, years in nights.items()
        if years.keys() == {first_year, last_year}
    ]
    return sorted(found, key=lambda each: (-(each.percent or 0), each.area.name))


def origins(
    area: "Area", provider: str, start: date, *, kind: str = "year"
) -> list[tuple[str, Figure]]:
    """Return an area's guests by published origin, most nights first.

    Origins are of one provider's list, which may leave some out: they need not add up.

    Raises:
        BadInput: Several providers are given, or one that is not known.

    """
    chosen = one(provider)
    found = _newest(chosen, kind).filter(area=area, scope="area", accommodation=ALL)
    rows = found.filter(period_start=start).exclude(origin__in=(WORLD, FOREIGN))
    pairs = [(each.origin, _own(each)) for each in _latest(rows, chosen, kind)]
    return sorted(pairs, key=lambda pair: (-(pair[1].nights or 0), pair[0]))


def guests_from(
    origin: str, provider: str, year: int | None = None
) -> list[tuple["Area", Figure]]:
    """Return the guests from one origin by province, most nights first.

    Args:
        origin: A code of ISO 3166 or ISTAT.
        provider: Key of one provider.
        year: The year; None for the newest that is known.

    Raises:
        BadInput: Several providers are given, or one that is not known.

    """
    chosen = one(provider)
    rows = _newest(chosen, "year").filter(
        scope="area",
        area__kind="province",
        origin=origin,
        accommodation=ALL,
    )
    if year is None:
        rows = rows.filter(period_start=rows.order_by().aggregate(at=Max("period_start"))["at"])
    else:
        rows = rows.filter(period_start=date(year, 1, 1))
    pairs = [(each.area, _own(each)) for each in _latest(rows, chosen, "year")]
    return sorted(
        ((area, figure) for area, figure in pairs if area is not None),
        key=lambda pair: -(pair[1].nights or 0),
    )


def elsewhere(
    unit: str,
    provider: str,
    *,
    origin: str = WORLD,
    accommodation: str = ALL,
    kind: str = "month",
) -> list[Figure]:
    """Return the figures of a province outside our territory, by its ISTAT code.

    Where the provider gives the parts of origin alone, WORLD, IT and WRL_X_ITA are their sums.

    Args:
        unit: ISTAT code: 015 is Milan.
        provider: Key of one provider.
        origin: As of `figures`.
        accommodation: As of `figures`.
        kind: `year` or `month`.

    Raises:
        BadInput: Several providers are given, or one that is not known.

    """
    chosen = one(provider)
    rows = _newest(chosen, kind).filter(scope="elsewhere", unit=unit)
    rows = rows.filter(_from(chosen, origin), accommodation=accommodation)
    by_start: dict[date, list[Figure]] = defaultdict(list)
    for each in _latest(rows, chosen, kind):
        by_start[each.period_start].append(_own(each))
    return [_added(by_start[start]) for start in sorted(by_start)]


def providers(area: "Area") -> list[str]:
    """Return the keys of the providers that count guests of an area, in their order."""
    codes = [each.code for each in territory.stays(area)]
    found = FlowObservation.objects.filter(
        Q(area=area) | Q(scope__in=SINGLE, coverage__overlap=codes)
    )
    return list(found.order_by("provider").values_list("provider", flat=True).distinct())


def periods(
    area: "Area",
    provider: Provider,
    origin: str,
    accommodation: str,
    kind: str,
    year: int | None = None,
) -> list[Period]:
    """Gather what a provider says of an area, period by period, oldest first.

    Args:
        area: An ambito, a province or a region.
        provider: Who counted.
        origin: As of `figures`.
        accommodation: As of `figures`.
        kind: `year` or `month`.
        year: Only periods of that year.

    Raises:
        BadInput: The provider lists single origins, and a total is asked for.

    """
    if provider.lists and origin in (WORLD, ITALY, FOREIGN):
        raise BadInput(
            f"{provider.key} lists single origins and leaves the others out: it has no total.",
            field="origin",
        )
    stays = territory.stays(area)
    within = [area.pk, *territory.inside(area).values_list("pk", flat=True)]
    rows = _newest(provider, kind).filter(
        Q(scope="area", area=area)
        | Q(scope="remainder", area__in=within)
        | Q(scope__in=SINGLE, coverage__overlap=[each.code for each in stays]),
        origin=origin,
        accommodation=accommodation,
    )
    if year is not None:
        rows = rows.filter(period_start__year=year)
    found: dict[date, Period] = {}
    for row in _latest(rows, provider, kind):
        start = row.period_start
        if start not in found:
            members = {each.code: each.name for each in stays if each.on(start)}
            found[start] = Period(start, members)
        period = found[start]
        if row.scope == "area":
            period.own = row
        elif row.scope == "remainder":
            period.rest.append(row)
        elif set(row.coverage) <= period.members.keys():
            period.singles.append(row)
    return [found[start] for start in sorted(found)]


def _newest(provider: Provider, kind: str) -> QuerySet[FlowObservation]:
    return FlowObservation.objects.filter(
        provider=provider.key, period_kind=kind
    ).select_related("area")


def _latest(
    rows: QuerySet[FlowObservation], provider: Provider, kind: str
) -> Sequence[FlowObservation]:
    """Keep of each period the newest vintage alone: two of them are never added."""
    newest = dict(
        FlowObservation.objects.filter(provider=provider.key, period_kind=kind)
        .order_by()
        .values_list("period_start")
        .annotate(Max("vintage"))
    )
    return [each for each in rows if each.vintage == newest[each.period_start]]


def _figure(provider: Provider, period: Period) -> Figure | None:
    if not period.complete:
        return _own(period.own) if period.own is not None else None
    shown = [each for each in period.singles if not each.masked]
    hidden = frozenset(code for each in period.singles if each.masked for code in each.coverage)
    first = period.singles[0]
    arrivals, nights = total(map(_own, [*shown, *period.rest]))
    return Figure(
        provider.key,
        first.vintage,
        period.start,
        arrivals if any(each.arrivals is not None for each in shown) else None,
        nights if shown else None,
        frozenset(code for each in shown for code in each.coverage),
        hidden,
        sum(each.nights or 0 for each in period.rest),
        first.status,
        any(each.broken for each in period.singles),
    )


def _own(row: FlowObservation) -> Figure:
    return Figure(
        row.provider,
        row.vintage,
        row.period_start,
        row.arrivals,
        row.nights,
        frozenset(row.coverage),
        status=row.status,
        broken=row.broken,
    )


def _added(figures: Sequence[Figure]) -> Figure:
    arrivals, nights = total(figures)
    broken = any(each.broken for each in figures)
    return replace(figures[0], arrivals=arrivals, nights=nights, broken=broken)


def _from(provider: Provider, origin: str) -> Q:
    """Return the condition for an origin, where only its parts are published."""
    if not provider.parts or origin not in (WORLD, ITALY, FOREIGN):
        return Q(origin=origin)
    home = Q(origin__startswith="IT-")
    if origin == ITALY:
        return home
    return Q() if origin == WORLD else ~home & ~Q(origin="UNKNOWN")


def _with_rest(way: Way, ends: Sequence[Figure | None]) -> Way:
    """Add to what is published what is published of the masked municipalities together."""
    rests = [each.rest if each else 0 for each in ends]
    return replace(way, first=way.first + rests[0], last=way.last + rests[1])


def _as_published(provider: Provider, first: Period, last: Period) -> Way:
    """Return growth between two figures of the area itself."""
    names = {**first.members, **last.members}
    ends = [_figure(provider, each) for each in (first, last)]
    named = [
        tuple(sorted(names.get(code, code) for code in (each.counted if each else ())))
        for each in ends
    ]
    nights = [(each.nights or 0) if each else 0 for each in ends]
    return Way("published", nights[0], nights[1], named[0], named[1])
