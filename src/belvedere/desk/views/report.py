"""The yearly report on sellers: who is in it, what is missing, and the files."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from belvedere.desk.queries import papers as shown
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, only
from belvedere.desk.views.sheets import as_csv, as_xlsx, safe
from belvedere.sell import services as sell
from belvedere.sell.queries import dac7
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.territory import queries as territory

heads_only = only("head")


@heads_only
@never_cache
def report(request: SignedIn) -> HttpResponse:
    """Show a year: its sellers, what is reported of each, and what is missing."""
    mine = _mine(request)
    years = dac7.years(mine, simulated=settings.DEMO)
    chosen = request.GET.get("year", "")
    year = int(chosen) if chosen.isdigit() and int(chosen) in years else None
    year = year or (years[0] if years else clock.today().year)
    found = dac7.report(year, mine, simulated=settings.DEMO)
    context = {
        "year": year,
        "years": years,
        "rows": [
            (
                each,
                shown.activities(each, each.rows),
                shown.fields(each.lacks),
                shown.left(each),
            )
            for each in found
        ],
        "told": sum(bool(each.told) and not each.lacks for each in found),
        "lacking": sum(bool(each.lacks) for each in found),
        "simulated": settings.DEMO,
    }
    return page(request, "desk/report.html", context)


@heads_only
def table(request: SignedIn, year: int, kind: str) -> HttpResponse:
    """Give the report as CSV or XLSX, to the cent."""
    found = dac7.report(year, _mine(request), simulated=settings.DEMO)
    rows = [
        [safe(each) if isinstance(each, str) else each for each in row]
        for row in shown.report_table(found)
    ]
    answer = as_xlsx(rows, str(year)) if kind == "xlsx" else as_csv(rows)
    return _private(answer, f"dac7-{year}.{kind}")


@heads_only
@require_POST
def write(request: SignedIn, year: int) -> HttpResponse:
    """Give the report as XML for the tax office."""
    try:
        name, xml = sell.report_year(
            year, _mine(request), simulated=settings.DEMO, by=request.user.pk
        )
    except BadInput as error:
        messages.error(request, str(error))
        return _to(year)
    return _private(HttpResponse(xml, content_type="application/xml"), name)


@heads_only
@require_POST
def remind(request: SignedIn, year: int, pk: int) -> HttpResponse:
    """Ask a seller by mail for what is missing."""
    if pk not in _mine(request):
        raise Http404
    try:
        sell.remind(pk, year, by=request.user.pk)
    except BadInput as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The reminder is on its way."))
    return _to(year)


def _private(answer: HttpResponse, name: str) -> HttpResponse:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"  # It has names and numbers for taxes.
    return answer


def _to(year: int) -> HttpResponse:
    return redirect(f"{reverse('desk:report')}?year={year}")


def _mine(request: SignedIn) -> list[int]:
    """Return the keys of the sellers of one's own areas."""
    return list(territory.visible_to(request.user).operators.values_list("pk", flat=True))
