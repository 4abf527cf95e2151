"""What it brought: per action, per product, best first, with how it is counted."""

import csv
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from belvedere.desk import queries, rules
from belvedere.desk.forms import Between
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, staff_only
from belvedere.measure import queries as measure
from belvedere.offer import queries as catalogue
from belvedere.publish import queries as publish
from belvedere.shared import clock
from belvedere.shared.languages import tag


@staff_only
def results(request: SignedIn) -> HttpResponse:
    """List actions and products by what they brought."""
    period, context = _period(request)
    found = queries.results(request.user, period, _language())
    context["results"] = found
    if any(each.funnel.paid for each in found.kinds):
        context["kind_drawing"] = queries.kind_drawing(found.kinds)
    return page(request, "desk/results.html", context)


@staff_only
def action(request: SignedIn, pk: int) -> HttpResponse:
    """Show what one action brought, piece by piece and product by product."""
    period, context = _period(request)
    found = get_object_or_404(publish.actions(request.user), pk=pk)
    codes, when = publish.codes([found])[pk], queries.bounds(period)
    funnel = measure.funnel(sources=codes, **when)
    by_product = measure.funnels_by("product", sources=codes, **when)
    sold = list(catalogue.visible_to(request.user).filter(slug__in=list(by_product)))
    context |= {
        "action": found,
        "line": queries.action_line(found, [funnel]),
        "funnel": funnel,
        "bars": queries.funnel_bars(funnel, linked=True),
        "lines": queries.lines(measure.funnels_by("source", sources=codes, **when)),
        "products": queries.product_lines(sold, by_product, _language()),
        "counted": queries.counted_there(found),
        "times": _times(funnel),
    }
    return page(request, "desk/result_action.html", context)


@staff_only
def product(request: SignedIn, slug: str) -> HttpResponse:
    """Show what one product sold, and what brought it."""
    period, context = _period(request)
    found = get_object_or_404(catalogue.visible_to(request.user), slug=slug)
    funnel = measure.funnel(products=[slug], **queries.bounds(period))
    context |= {
        "product": found,
        "title": queries.title(found, _language()),
        "funnel": funnel,
        "bars": queries.funnel_bars(funnel, linked=False),
        "lines": queries.sales_by_source([found], period),
        "times": _times(funnel),
    }
    return page(request, "desk/result_product.html", context)


@staff_only
def table(request: SignedIn) -> HttpResponse:
    """Return the list as CSV, for a spreadsheet: one row an action, source or product."""
    period, _context = _period(request)
    found = queries.results(request.user, period, _language())
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="results.csv"'
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
    rows = [(_("Action"), each.action.title, each.funnel) for each in found.actions]
    rows += [(pgettext("desk", "Source"), each.words, each.funnel) for each in found.others]
    rows += [(_("Experience"), each.title, each.funnel) for each in found.products]
    for kind, name, funnel in rows:
        money = " + ".join(f"{each.major} {each.currency}" for each in funnel.revenue)
        steps = [getattr(funnel, each) for each in words]
        writer.writerow(
            [kind, rules.cell(name), *steps, funnel.cancelled, funnel.places.paid, money]
        )
    return answer


def _language() -> str:
    return tag(get_language() or "")


def _period(request: SignedIn) -> tuple[rules.Period, dict[str, Any]]:
    form = Between(request.GET)
    if not form.is_valid():
        raise Http404
    chosen = form.cleaned_data
    name = chosen["period"] or ("" if chosen["first"] or chosen["last"] else "90")
    period = rules.period(name, clock.today(), chosen["first"], chosen["last"])
    return period, {
        "period": period,
        "chosen": name,
        "periods": queries.period_words(),
        "query": request.GET.urlencode(),
    }


def _times(funnel: Any) -> dict[str, str]:
    return {
        name: rules.lasting(seconds, _language())
        for name, seconds in (("median", funnel.median_seconds), ("p90", funnel.p90_seconds))
        if seconds is not None
    }
