"""Who comes today, and what the month looks like."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.translation import get_language

from belvedere.desk import queries
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, operators_only
from belvedere.sell import queries as sales
from belvedere.shared import clock
from belvedere.shared.languages import tag

if TYPE_CHECKING:
    from belvedere.territory.models import Operator


@operators_only
def today(request: SignedIn, operator: "Operator") -> HttpResponse:
    """List the guests of a day, by start: who, how many, in which language, already in."""
    now = clock.today()
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = now
    language = tag(get_language() or "")
    context = {
        "operator": operator,
        "day": day,
        "now": now,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "groups": queries.guests(request.user, operator, day, language),
        "draft": queries.draft(operator),
        "first": queries.is_first(request.user, operator),
        "calendar": sales.calendar_address(operator.pk),
    }
    return page(request, "desk/today.html", context)


@operators_only
def month(request: SignedIn, operator: "Operator") -> HttpResponse:
    """Show an operator's month: each start with how many of its places are taken."""
    found = queries.month(operator, request.GET.get("month", ""), tag(get_language() or ""))
    return page(request, "desk/month.html", {"operator": operator, "month": found})
