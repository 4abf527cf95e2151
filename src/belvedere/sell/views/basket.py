"""The basket: several starts, of one operator or many, sent as one order."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from belvedere.journal import limits
from belvedere.sell import basket as store
from belvedere.sell import queries
from belvedere.sell.forms import Contact
from belvedere.sell.rules import SoldOut
from belvedere.sell.views.checkout import came_by, hold
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import tag
from belvedere.shared.money import Amount
from belvedere.theme.templatetags.belvedere import with_source


@never_cache
@limits.limited("sell.checkout", most=300, minutes=10)
def basket(request: HttpRequest) -> HttpResponse:
    """Show what has been put aside and ask who buys; on POST, hold all of it."""
    language = tag(get_language() or "")
    form = Contact(request.POST or None, initial={"key": uuid4()}, language=language)
    problem, status = "", 200
    if request.method == "POST":
        status = 422
        wanted = store.wanted(request)
        if form.is_valid() and wanted:
            try:
                held = hold(wanted, form.cleaned_data, came_by(request), language)
            except SoldOut:
                problem, status = (
                    _("Somebody was quicker: see below. Nothing was charged."),
                    409,
                )
            except BadInput:
                problem, status = _("Something can no longer be booked: see below."), 409
            else:
                store.empty(request)
                return redirect("sell-pages:order", token=held.order.token)
    return render(
        request, "sell/basket.html", _context(request, form, language, problem), status=status
    )


@never_cache
@require_POST
def drop(request: HttpRequest, allotment: int) -> HttpResponse:
    """Take a start out of the basket."""
    store.drop(request, allotment)
    return redirect(with_source(reverse("sell-pages:basket"), request.POST.get("s", "")))


def _context(
    request: HttpRequest, form: Contact, language: str, problem: str
) -> dict[str, object]:
    lines = store.lines(request, language)
    total = Amount(sum(each.total.minor for each in lines)) if lines else None
    quote = queries.latest_quote(total.currency) if total else None
    return {
        "form": form,
        "lines": lines,
        "total": total,
        "about": quote.convert(total) if quote and total and language == "zh-Hans" else None,
        "quote": quote,
        "troubled": any(each.trouble for each in lines),
        "operators": len({each.allotment.product.operator_id for each in lines}),
        "problem": problem,
        "step": 1,
    }
