"""The head's page: what we know, what we spent, what came back, what we cannot know."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from belvedere.desk import rules
from belvedere.desk.queries.objectives import Standing, standings
from belvedere.desk.queries.people import roles
from belvedere.desk.queries.plans import evidence
from belvedere.desk.queries.results import bounds
from belvedere.measure import queries as measure
from belvedere.measure.rules import PROVIDERS, Figure, Funnel, Way, together
from belvedere.measure.rules.flows import FOREIGN
from belvedere.offer import queries as catalogue
from belvedere.plan import queries as plans
from belvedere.plan import rules as planning
from belvedere.shared import clock, numbers
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.plan.models import PlannedAction, PlanVersion
    from belvedere.territory.models import Area

MUNICIPAL, ORIGINS = "istat-municipal", "istat-origin"
BEFORE = 2019
"""The year to compare with: the last one before the pandemic."""
BACK = 6
"""How many years back a figure may lie; its year stands in the sentence."""


@dataclass(frozen=True)
class Sentence:
    """One thing that is known or not, who says so, and where that can be looked up."""

    words: str
    source: str
    url: str = ""


@dataclass(frozen=True)
class Row:
    """One planned action: what it may cost, what it cost, what carries its codes.

    `real` are orders that money was moved for, `simulated` those whose provider only
    pretends. They stand side by side and are never added.
    """

    action: "PlannedAction"
    spent: tuple[Amount, ...]
    real: Funnel
    simulated: Funnel
    cost: rules.Range | None
    verdict: planning.Verdict
    url: str
    country: str


@dataclass(frozen=True)
class Head:
    """One page: an area and a year."""

    area: "Area"
    year: int
    version: "PlanVersion | None"
    sample: bool
    know: list[Sentence]
    rows: list[Row]
    budget: tuple[Amount, ...]
    spent: tuple[Amount, ...]
    back: list[Sentence]
    cannot: list[Sentence]


def head(user: Any, area: "Area", year: int, language: str) -> Head:
    """Return what stands on the head's page of an area and a year."""
    plan = plans.visible_to(user).filter(area=area, year=year).first()
    version = (plans.latest(plan, approved=True) or plans.latest(plan)) if plan else None
    actions = list(version.actions.all()) if version else []
    markets = list(dict.fromkeys(["CN", *(each.market for each in actions if each.market)]))
    rows = table(version, language) if version else []
    figures = _figures(area)
    flows = _flows(area) if roles(user) & set(rules.FLOW_READERS) else ""
    stand, unknown = _objectives(version, area, year, language, flows)
    products = list(catalogue.visible_to(user, area).values_list("slug", flat=True))
    return Head(
        area=area,
        year=year,
        version=version,
        sample=bool(plan and plan.is_demo),
        know=[
            *_guests(area, year, markets, language, flows),
            *_nights(area, figures, language, flows),
            *_growth(area, figures, language, flows),
            *stand,
        ],
        rows=rows,
        budget=planning.total(each.action.budget for each in rows),
        spent=planning.total(amount for each in rows for amount in each.spent),
        back=_back(products, year, language),
        cannot=[*_cannot(area, products, year, figures, flows), *unknown],
    )


def table(version: "PlanVersion", language: str) -> list[Row]:
    """Return a version's actions with what they cost and what carries their codes."""
    plan = version.plan
    known = {each.action: each for each in evidence(version)}
    verdicts = {
        each.key: each for each in planning.propose(plans.lines(version), known).verdicts
    }
    wanted = {code for each in known.values() for code in each.sources}
    real, simulated = (
        measure.funnels_by("source", sources=wanted, simulated=each, **_in(plan.year))
        for each in (False, True)
    )
    noted, today = plans.spent(plan), clock.today()
    found = []
    for action in version.actions.all():
        told = known[action.key]
        found.append(
            Row(
                action=action,
                spent=noted.get(action.key) or ((told.spent,) if told.spent.minor else ()),
                real=together(real[each] for each in told.sources if each in real),
                simulated=together(
                    simulated[each] for each in told.sources if each in simulated
                ),
                cost=rules.cost_range(
                    told.spent, action.budget, told.orders, over=action.ends_on < today
                ),
                verdict=verdicts[action.key],
                url=reverse("desk:plan-version", args=[plan.pk, version.number]),
                country=plans.country(action.market, language),
            )
        )
    return found


# What we know --------------------------------------------------------------------------------
def _guests(
    area: "Area", year: int, markets: Iterable[str], language: str, flows: str
) -> list[Sentence]:
    """Say how many guests came from the plan's markets, province by province of the area."""
    province = _province(area)
    if province is None:
        return []
    found = []
    for market in markets:
        figure = _latest(market, province, year)
        if figure is None:
            continue
        words = _(
            "Guests from %(country)s, %(province)s, %(year)s: %(arrivals)s arrivals, "
            "%(nights)s nights, %(stay)s nights each."
        ) % {
            "country": plans.country(market, language),
            "province": province.name,
            "year": figure.period.year,
            "arrivals": numbers.number(figure.arrivals or 0, language),
            "nights": numbers.number(figure.nights or 0, language),
            "stay": numbers.number(figure.stay or 0, language),
        }
        found.append(Sentence(words, _who(figure), flows))
    return found


def _latest(market: str, province: "Area", year: int) -> Figure | None:
    """Return the newest figure that is no later than the year."""
    newest = dict(measure.guests_from(market, ORIGINS)).get(province)
    if newest is None or newest.period.year <= year:
        return newest
    for each in range(year, year - BACK, -1):
        rows = dict(measure.guests_from(market, ORIGINS, each))
        if province in rows:
            return rows[province]
    return None


def _province(area: "Area") -> "Area | None":
    """Return the province that an area is, or that most of its municipalities are in."""
    if area.kind == "province":
        return area
    if area.kind != "ambito":
        return None
    counted = Counter(each.province for each in territory.municipalities(area))
    return counted.most_common(1)[0][0] if counted else None


def _figures(area: "Area") -> list[Figure]:
    return [each for each in measure.figures(area, MUNICIPAL) if each.nights is not None]


def _nights(
    area: "Area", figures: Sequence[Figure], language: str, flows: str
) -> list[Sentence]:
    if not figures:
        return []
    last = figures[-1]
    shown, hidden = len(last.counted), len(last.hidden)
    words = _("Nights in %(area)s in %(year)s: %(nights)s.") % {
        "area": area.name,
        "year": last.period.year,
        "nights": numbers.number(last.nights or 0, language),
    }
    if shown + hidden:
        words += " " + _("%(shown)s of its %(all)s municipalities are published.") % {
            "shown": shown,
            "all": shown + hidden,
        }
    abroad = {each.period: each for each in measure.figures(area, MUNICIPAL, origin=FOREIGN)}
    foreign = abroad.get(last.period)
    if foreign is not None and foreign.nights is not None and last.nights:
        words += " " + _("%(share)s of them by guests from abroad.") % {
            "share": numbers.percent(foreign.nights, last.nights, language)
        }
    return [Sentence(words, _who(last), flows)]


def _growth(
    area: "Area", figures: Sequence[Figure], language: str, flows: str
) -> list[Sentence]:
    """Say how nights grew, each way with its set of municipalities."""
    years = [each.period.year for each in figures]
    if len(years) < 2:
        return []
    first = BEFORE if BEFORE in years[:-1] else years[0]
    try:
        found = measure.growth(area, first, years[-1], MUNICIPAL)
    except BadInput:
        return []
    said = "; ".join(_way(each, language) for each in found.ways if each.percent is not None)
    words = _("Nights from %(first)s to %(last)s: %(ways)s.") % {
        "first": first,
        "last": years[-1],
        "ways": said,
    }
    return [Sentence(words, _who(figures[-1]), flows)] if said else []


def _way(way: Way, language: str) -> str:
    """Say one way in which nights grew."""
    sets = {
        "published": _("%(percent)s as published (%(first)s municipalities, then %(last)s)"),
        "both": _("%(percent)s on the %(last)s that both years show"),
        "always": _("%(percent)s on the %(last)s that every year shows"),
    }
    return sets[way.name] % {
        "percent": numbers.growth(way.percent, language),
        "first": len(way.counted_first),
        "last": len(way.counted_last),
    }


def _objectives(
    version: "PlanVersion | None", area: "Area", year: int, language: str, flows: str
) -> tuple[list[Sentence], list[Sentence]]:
    """Say where the plan's objectives stand by official flows, and where nobody can say it."""
    aims = [each for each in version.objectives.all() if not each.market] if version else []
    told: dict[str, list[Standing]] = {}
    for each in standings(area, year, language, [aim.indicator for aim in aims]):
        told.setdefault(each.indicator, []).append(each)
    known: list[Sentence] = []
    unknown: list[Sentence] = []
    for aim in aims:
        found = told.get(aim.indicator)
        if not found:
            continue
        best = next((each for each in found if each.value), found[0])
        title = plans.indicator(aim.indicator, "", language)
        words = _(
            "Objective “%(title)s”: %(target)s %(unit)s at the end of the year. %(standing)s."
        ) % {
            "title": title,
            "target": numbers.number(aim.target, language),
            "unit": aim.unit,
            "standing": best.words,
        }
        provider = best.provider
        source = f"{provider.publisher}, {provider.series} ({provider.licence})"
        sentence = Sentence(words, source, flows)
        (known if best.value else unknown).append(sentence)
    return known, unknown


# What came back ------------------------------------------------------------------------------
def _back(products: Sequence[str], year: int, language: str) -> list[Sentence]:
    """Say what was sold in the year, what money moved for and what was only simulated."""
    found = []
    url = reverse("desk:results")
    for simulated in (False, True):
        funnel = measure.funnel(products=products, simulated=simulated, **_in(year))
        if not funnel.paid:
            continue
        words = ngettext("%(orders)s order paid", "%(orders)s orders paid", funnel.paid) % {
            "orders": funnel.paid
        }
        money = " + ".join(each.text(language) for each in funnel.revenue)
        words = _("%(orders)s, %(money)s net of refunds; used on the spot: %(came)s.") % {
            "orders": words,
            "money": money,
            "came": funnel.redeemed,
        }
        if simulated:
            words = _("Simulated, no money moved: %(words)s") % {"words": words}
        found.append(Sentence(words, _("our journal of facts"), url))
    return found


# What we cannot know -------------------------------------------------------------------------
def _cannot(
    area: "Area", products: Sequence[str], year: int, figures: Sequence[Figure], flows: str
) -> list[Sentence]:
    counting = _("how we count")
    results = reverse("desk:results")
    found = [
        Sentence(
            _(
                "Whether a guest would have come anyway: a booking that carries a code is "
                "traced to it, not caused by it."
            ),
            counting,
            results,
        ),
        *_without_code(products, year, results),
    ]
    if figures and figures[-1].hidden:
        names = {each.code: each.name for each in territory.municipalities(area)}
        hidden = ", ".join(sorted(names.get(each, each) for each in figures[-1].hidden))
        found.append(
            Sentence(
                _("What happened in %(names)s: their figures are kept back for secrecy.")
                % {"names": hidden},
                _who(figures[-1]),
                flows,
            )
        )
    if figures:
        found.append(
            Sentence(
                _(
                    "What an action did to the official nights: they are yearly, end in "
                    "%(year)s, and leave out private flats let to tourists. No causal "
                    "statement is possible from them."
                )
                % {"year": figures[-1].period.year},
                _who(figures[-1]),
                flows,
            )
        )
    return found


def _without_code(products: Sequence[str], year: int, url: str) -> list[Sentence]:
    every = measure.funnels_by("source", products=products, **_in(year))
    paid = sum(each.paid for each in every.values())
    bare = sum(every[each].paid for each in ("", "unknown") if each in every)
    if not bare:
        return []
    words = ngettext(
        "What brought %(bare)s of the %(paid)s order paid: it carried no code of ours.",
        "What brought %(bare)s of the %(paid)s orders paid: they carried no code of ours.",
        paid,
    ) % {"bare": bare, "paid": paid}
    return [Sentence(words, _("our journal of facts"), url)]


# ---------------------------------------------------------------------------------------------
def _in(year: int) -> Mapping[str, Any]:
    return bounds(rules.Period(date(year, 1, 1), date(year, 12, 31)))


def _who(figure: Figure) -> str:
    provider = PROVIDERS[figure.provider]
    return f"{provider.publisher}, {provider.series}, {figure.vintage} ({provider.licence})"


def _flows(area: "Area") -> str:
    return f"{reverse('desk:flows')}?area={area.slug}"
