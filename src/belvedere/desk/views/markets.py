"""By market and by month: what a year brought, from the warehouse."""

import csv

from django.http import Http404, HttpResponse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from belvedere.desk import queries
from belvedere.desk.queries.markets import Markets, market_drawing, month_drawing
from belvedere.desk.queries.markets import markets as read
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, staff_only
from belvedere.shared.languages import tag


@staff_only
def markets(request: SignedIn) -> HttpResponse:
    """Show what each market and each month of a year brought."""
    found = _asked(request)
    context = {"found": found, "query": request.GET.urlencode()}
    if found.years:
        context["market_drawing"] = market_drawing(found.markets)
        context["month_drawing"] = month_drawing(found.months, _language())
    return page(request, "desk/markets.html", context)


@staff_only
def table(request: SignedIn) -> HttpResponse:
    """Return the same figures as CSV: one row a market, one a month."""
    found = _asked(request)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="markets-{found.year}.csv"'
    answer.write("\ufeff")  # Excel takes the file for cp1252 without it.
    writer = csv.writer(answer)
    words = queries.step_words()
    writer.writerow(
        [
            _("What"),
            pgettext("of a thing", "Name"),
            *words.values(),
            pgettext("orders", "Cancelled"),
            _("Places sold"),
            _("Revenue"),
        ]
    )
    rows = [(_("Market"), each) for each in found.markets]
    rows += [(_("Month"), each) for each in found.months]
    for kind, each in rows:
        funnel = each.funnel
        money = " + ".join(f"{amount.major} {amount.currency}" for amount in funnel.revenue)
        steps = [getattr(funnel, step) for step in words]
        writer.writerow([kind, each.name, *steps, funnel.cancelled, funnel.places.paid, money])
    return answer


def _language() -> str:
    return tag(get_language() or "")


def _asked(request: SignedIn) -> Markets:
    year, area = request.GET.get("year", ""), request.GET.get("area", "")
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        raise Http404
    found = read(request.user, _language(), int(year) if year else None, area)
    if area and found.made_at and found.area is None:
        raise Http404  # Not an area of theirs, or one in which nothing happened.
    return found
