"""Living labs as the desk shows them: sessions, sheets, ideas, and what they may become."""

from typing import TYPE_CHECKING, Any

from babel.dates import format_date

from belvedere.desk.queries.experiences import titles
from belvedere.desk.queries.people import areas
from belvedere.desk.rules import MOST
from belvedere.offer import queries as catalogue
from belvedere.plan import queries as plan
from belvedere.shared import clock
from belvedere.shared.languages import locale
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.plan.models import Session, Workshop
    from belvedere.territory.models import Area


def writable_areas(user: Any) -> "list[Area]":
    """Return the areas in which somebody may open a workshop, by name."""
    if user.is_superuser:
        return areas(user)
    held = user.memberships.filter(role__in=plan.WRITERS).select_related("area__parent")
    found = {each.area_id: each.area for each in held}
    return sorted(found.values(), key=lambda each: each.name)


def may_run(user: Any, workshop: "Workshop") -> bool:
    """Say whether somebody may write in a workshop."""
    return territory.can(user, *plan.WRITERS, area=workshop.area)


def session_words(session: "Session", language: str) -> str:
    """Return what people call a session: "14 ottobre 2026, Poppi"."""
    day = format_date(session.day, "long", locale=locale(language))
    return f"{day}, {session.place}"


def session_now(sessions: "list[Session]") -> "Session | None":
    """Return today's session, else the latest that was held, else the first that will be."""
    held = [each for each in sessions if each.day <= clock.today()]
    return held[-1] if held else next(iter(sessions), None)


def products(workshop: "Workshop", user: Any, language: str) -> list[tuple[str, str]]:
    """Return the products that an idea of a workshop may have become, by title.

    Those of its area that aren't withdrawn; they may still wait for approval.
    """
    found = [
        each
        for each in catalogue.visible_to(user).exclude(state="withdrawn")[:MOST]
        if plan.lies_in(each.operator.area, workshop.area)
    ]
    named = titles(found, language)
    return sorted(
        ((each.slug, f"{named[each.pk]} ({each.operator.name})") for each in found),
        key=lambda each: each[1].lower(),
    )


def planned_actions(area: "Area") -> list[tuple[str, str]]:
    """Return the planned actions that an idea of an area may have become: key and title."""
    return [(each.key, each.title) for each in plan.planned(area)]
