"""Reading workshops: whose they are, what was said in them, and what became of it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from belvedere.offer import queries as catalogue
from belvedere.plan import rules
from belvedere.plan.models import (
    Attendance,
    Contribution,
    Idea,
    Outcome,
    PlannedAction,
    Session,
    Workshop,
)
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.territory.models import Area

WRITERS = ("head", "promotion", "editor")
"""Who runs workshops; analysts read them, operators see the public page."""

_ABOVE = ("area", "area__parent", "area__parent__parent", "area__parent__parent__parent")
"""A quarter lies in a city, an ambito in a region, a region in a country."""


def workshops(user: Any) -> QuerySet[Workshop]:
    """Return the workshops of the areas that somebody is staff of, newest first, counted.

    Each has `sessions_held`, `written_down`, `ideas_made`, `ideas_chosen` and `ideas_grown`.
    """
    found = Workshop.objects.select_related("area__parent")
    if not user.is_superuser:
        held = user.memberships.filter(role__in=territory.STAFF).values("area")
        mine = Q()
        for each in _ABOVE:
            mine |= Q(**{f"{each}__in": held})
        found = found.filter(mine)
    ideas = Idea.objects.filter(workshop=OuterRef("pk"))
    return found.annotate(
        sessions_held=_number(Session.objects.filter(workshop=OuterRef("pk"))),
        written_down=_number(Contribution.objects.filter(session__workshop=OuterRef("pk"))),
        ideas_made=_number(ideas),
        ideas_chosen=_number(ideas.filter(state=Idea.State.CHOSEN)),
        ideas_grown=_number(ideas.filter(Exists(Outcome.objects.filter(idea=OuterRef("pk"))))),
    )


def _number(found: QuerySet[Any]) -> Coalesce:
    """Count the rows of a subquery: joins would multiply sheets by ideas."""
    counted = found.order_by().annotate(one=Value(1)).values("one")
    return Coalesce(Subquery(counted.annotate(number=Count("pk")).values("number")), 0)


def workshop(slug: str) -> Workshop | None:
    """Return the workshop of an address, or None."""
    return Workshop.objects.select_related("area__parent").filter(slug=slug).first()


def lies_in(inner: "Area | None", outer: "Area") -> bool:
    """Say whether an area is another one, or lies in it."""
    while inner is not None:
        if inner.pk == outer.pk:
            return True
        inner = inner.parent
    return False


def theme_name(theme: str) -> str:
    """Return what a theme is called in the active language; empty for none."""
    return str(catalogue.Theme(theme).label) if theme else ""


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of business that participants are counted by, with their names."""
    return [(str(value), str(label)) for value, label in Attendance.Kind.choices]


def contributions(workshop: Workshop) -> QuerySet[Contribution]:
    """Return everything that was typed in at a workshop, merged or not."""
    return Contribution.objects.filter(session__workshop=workshop).select_related("session")


def written(workshop: Workshop, session_id: int, table: int) -> QuerySet[Contribution]:
    """Return what one table has said at a session of a workshop, the latest first."""
    return contributions(workshop).filter(session=session_id, table=table).order_by("-pk")


@dataclass(frozen=True)
class Sheet:
    """A contribution, and all those that say the same and were merged into it."""

    contribution: Contribution
    theme: str
    """What it is called in the active language; empty for none."""
    merged: list[Contribution] = field(default_factory=list)


@dataclass(frozen=True)
class Grown:
    """What an idea became, as a page shows it."""

    kind: str
    """`product` or `planned`."""
    name: str
    day: date
    title: str
    """Of a product on sale or a planned action; else empty."""
    url: str
    """Of its public page; empty if there is none."""

    @property
    def key(self) -> str:
        """Return its stable key."""
        return rules.became(self.kind, self.name)


@dataclass(frozen=True)
class Told:
    """An idea with its lineage: from which sheets it comes, and what it became."""

    idea: Idea
    sheets: list[Sheet]
    became: list[Grown]


@dataclass(frozen=True)
class Held:
    """A session, with how many businesses of which kind came."""

    session: Session
    by_kind: list[tuple[str, int]]
    sheets: int

    @property
    def participants(self) -> int:
        """Return how many came in all."""
        return sum(number for _kind, number in self.by_kind)


@dataclass(frozen=True)
class Results:
    """Everything that a workshop brought, in a language."""

    workshop: Workshop
    area_name: str
    sessions: list[Held]
    sheets: list[Sheet]
    """All that stand for themselves, merged ones under them."""
    ideas: list[Told]
    loose: list[Sheet]
    """Those of no idea."""

    @property
    def participants(self) -> int:
        """Return how many businesses came, session by session: who came twice counts twice."""
        return sum(each.participants for each in self.sessions)

    @property
    def written_down(self) -> int:
        """Return how many contributions there are, merged ones too."""
        return sum(1 + len(each.merged) for each in self.sheets)


def results(workshop: Workshop, language: str) -> Results:
    """Return what a workshop brought; the number of queries doesn't grow with it.

    Args:
        workshop: Which one.
        language: BCP 47, for names and addresses.

    """
    written = list(contributions(workshop))
    sheets = _sheets(written)
    ideas = list(workshop.ideas.prefetch_related("derived_from", "became"))
    grown = _grown(
        [each for idea in ideas for each in idea.became.all()], workshop.area, language
    )
    told = [
        Told(
            idea,
            [sheets[each.pk] for each in idea.derived_from.all()],
            [grown[each.pk] for each in idea.became.all()],
        )
        for idea in ideas
    ]
    own = [sheets[each.pk] for each in written if each.merged_into_id is None]
    return Results(
        workshop=workshop,
        area_name=territory.names([workshop.area], language, gloss=False)[workshop.area_id],
        sessions=_held(workshop, written),
        sheets=own,
        ideas=told,
        loose=[each for each in own if not _is_in(each, told)],
    )


def rows(results: Results) -> list[tuple[Any, ...]]:
    """Return the results as a table: a row for each contribution and idea that it is part of.

    The columns are: number, day, place, table, theme, text, into which one it was merged, why;
    the idea, its votes, what was decided, why, and what it became.
    """
    found: list[tuple[Any, ...]] = []
    none: list[Told | None] = [None]
    for sheet in results.sheets:
        for each in (sheet.contribution, *sheet.merged):
            its = [
                told for told in results.ideas if any(_holds(one, each) for one in told.sheets)
            ]
            found += [(*_written_row(each), *_idea_row(told)) for told in its or none]
    return found


def _holds(sheet: Sheet, contribution: Contribution) -> bool:
    return sheet.contribution.pk == contribution.pk or contribution in sheet.merged


def _written_row(each: Contribution) -> tuple[Any, ...]:
    session = each.session
    return (
        each.pk,
        session.day.isoformat(),
        session.place,
        each.table,
        theme_name(each.theme),
        each.text,
        each.merged_into_id or "",
        each.merge_reason,
    )


def _idea_row(told: Told | None) -> tuple[Any, ...]:
    if told is None:
        return ("",) * 5
    idea = told.idea
    return (
        idea.title,
        "" if idea.votes is None else idea.votes,
        idea.get_state_display(),
        idea.reason,
        " + ".join(each.key for each in told.became),
    )


def _is_in(sheet: Sheet, told: Iterable[Told]) -> bool:
    """Say whether a sheet, or one merged into it, is part of an idea."""
    wanted = {sheet.contribution.pk, *(each.pk for each in sheet.merged)}
    return any(each.contribution.pk in wanted for idea in told for each in idea.sheets)


def _sheets(written: list[Contribution]) -> dict[int, Sheet]:
    into = defaultdict(list)
    for each in written:
        if each.merged_into_id:
            into[each.merged_into_id].append(each)

    def under(pk: int) -> list[Contribution]:
        return [found for each in into[pk] for found in (each, *under(each.pk))]

    return {each.pk: Sheet(each, theme_name(each.theme), under(each.pk)) for each in written}


def _grown(outcomes: list[Outcome], area: "Area", language: str) -> dict[int, Grown]:
    named = {each.pk: rules.split(each.key) for each in outcomes}
    slugs = {name for kind, name in named.values() if kind == rules.PRODUCT}
    products = list(catalogue.on_sale().filter(slug__in=slugs)) if slugs else []
    said = catalogue.texts(products, language, ("title",))
    titles = {
        each.slug: said[each.pk, "title"].value if (each.pk, "title") in said else each.slug
        for each in products
    }
    keys = {name for kind, name in named.values() if kind == rules.PLANNED}
    planned = _planned(keys, area) if keys else {}
    found = {}
    for each in outcomes:
        kind, name = named[each.pk]
        shown = kind == rules.PRODUCT and name in titles
        called = titles if kind == rules.PRODUCT else planned
        found[each.pk] = Grown(
            kind=kind,
            name=name,
            day=each.day,
            title=called.get(name, ""),
            url=catalogue.address("offer:product", name, language=language) if shown else "",
        )
    return found


def _planned(keys: set[str], area: "Area") -> dict[str, str]:
    """Return what the newest plan of an area calls its actions."""
    found = PlannedAction.objects.filter(key__in=keys, version__plan__area=area)
    rows = found.order_by("version__plan__year", "version__number")
    return dict(rows.values_list("key", "title"))


def _held(workshop: Workshop, written: list[Contribution]) -> list[Held]:
    return [
        Held(
            session,
            [(str(each.get_kind_display()), each.number) for each in session.attendances.all()],
            sum(1 for each in written if each.session_id == session.pk),
        )
        for session in workshop.sessions.prefetch_related("attendances")
    ]
