"""What waits for somebody of the staff this morning."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from belvedere.desk.queries.editing import untranslated
from belvedere.desk.queries.head import MUNICIPAL
from belvedere.desk.queries.people import areas, roles
from belvedere.desk.queries.results import Line, bounds, lines
from belvedere.desk.rules import EDITORS, Period
from belvedere.measure import queries as measure
from belvedere.offer import queries as catalogue
from belvedere.plan import queries as plans
from belvedere.publish import queries as publish
from belvedere.shared import clock
from belvedere.shared.numbers import number
from belvedere.territory.rules.agreements import Moment

if TYPE_CHECKING:
    from belvedere.measure.rules import Figure
    from belvedere.plan.models import PlanVersion, Proposal
    from belvedere.publish.models import Piece
    from belvedere.territory.models import Area

LATELY = 7


@dataclass(frozen=True)
class Step:
    """One step of the loop of this year: what it is, how it stands, where it goes on."""

    name: str
    words: str
    url: str


@dataclass(frozen=True)
class Overview:
    """What waits, and what was sold in the last days."""

    edits: bool
    proposed: list[catalogue.Card]
    untranslated: list[tuple[str, int]]
    stuck: "list[Piece]"
    lately: list[Line]
    orders: int
    redeemed: int
    year: int
    area: str
    loop: list[Step]
    days: int = LATELY


def overview(user: Any, language: str) -> Overview:
    """Return what waits for somebody, for the areas that they work for."""
    edits = bool(roles(user) & set(EDITORS))
    mine = catalogue.visible_to(user)
    waiting = mine.filter(state="proposed").order_by("created_at")[:20] if edits else []
    gaps = Counter(each.language for each in untranslated(user, language)) if edits else {}
    today = clock.today()
    period = Period(today - timedelta(days=LATELY - 1), today)
    slugs = [each.slug for each in mine]
    sold = measure.funnels_by("source", products=slugs, **bounds(period))
    lately = [each for each in lines(sold) if each.funnel.paid or each.funnel.redeemed]
    mine_now = areas(user)
    area = mine_now[0] if mine_now else None
    return Overview(
        year=today.year,
        area=area.name if area else "",
        loop=_loop(user, area, today.year, language, slugs) if area else [],
        edits=edits,
        proposed=catalogue.cards(waiting, language=language),
        untranslated=list(gaps.items()),
        stuck=[
            piece
            for action in publish.actions(user)
            for piece in action.pieces.all()
            if piece.state in ("unknown", "failed")
        ],
        lately=lately,
        orders=sum(each.funnel.paid for each in lately),
        redeemed=sum(each.funnel.redeemed for each in lately),
    )


def _loop(user: Any, area: "Area", year: int, language: str, products: list[str]) -> list[Step]:
    """Return how the year of an area stands: plan, published, sold, measured, proposal."""
    plan = plans.visible_to(user).filter(area=area, year=year).first()
    version = plans.latest(plan) if plan else None
    proposal = plans.proposals(plan).first() if plan else None
    whole = bounds(Period(date(year, 1, 1), date(year, 12, 31)))
    sold = measure.funnel(products=products, **whole)
    running = {"campaign__starts_on__year__lte": year, "campaign__ends_on__year__gte": year}
    published = publish.actions(user).filter(**running).count()
    figures = [each for each in measure.figures(area, MUNICIPAL) if each.nights is not None]
    head = reverse("desk:head", args=[area.slug, year])
    return [
        Step(
            pgettext("desk", "Plan"),
            _version(version),
            reverse("desk:plan", args=[plan.pk]) if plan else reverse("desk:plans"),
        ),
        Step(
            pgettext("loop", "Published"),
            ngettext("%(n)s action", "%(n)s actions", published) % {"n": published},
            reverse("desk:results"),
        ),
        Step(
            pgettext("loop", "Sold"),
            ngettext("%(n)s order paid", "%(n)s orders paid", sold.paid) % {"n": sold.paid},
            reverse("desk:results"),
        ),
        Step(pgettext("loop", "Measured"), _measured(figures, language), head),
        Step(
            pgettext("loop", "Proposal"),
            _made(proposal, language),
            reverse("desk:proposal-of-plan", args=[proposal.pk]) if proposal else head,
        ),
    ]


def _made(proposal: "Proposal | None", language: str) -> str:
    if proposal is None:
        return _("none yet")
    day = Moment(localdate(proposal.created_at)).text(language)
    return _("made on %(day)s") % {"day": day}


def _version(version: "PlanVersion | None") -> str:
    if version is None:
        return _("none yet")
    state = _("approved") if version.approved else _("a draft")
    return _("version %(number)s, %(state)s") % {"number": version.number, "state": state}


def _measured(figures: "list[Figure]", language: str) -> str:
    if not figures:
        return _("no official figures yet")
    last = figures[-1]
    return _("%(nights)s nights in %(year)s") % {
        "nights": number(last.nights or 0, language),
        "year": last.period.year,
    }
