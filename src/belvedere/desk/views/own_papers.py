"""A seller's own papers: invoices, the figures of the yearly report, and data for taxes."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from belvedere.desk import queries
from belvedere.desk.paper_forms import TaxData
from belvedere.desk.queries import papers as shown
from belvedere.desk.views.page import page
from belvedere.desk.views.papers import as_pdf, as_xml
from belvedere.desk.views.people import SignedIn, operators_only
from belvedere.sell import services as sell
from belvedere.sell.queries import dac7
from belvedere.sell.queries import papers as reading
from belvedere.sell.rules import papers as rules
from belvedere.sell.rules import world
from belvedere.sell.rules.sellers import masked
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import tag

if TYPE_CHECKING:
    from belvedere.territory.models import Operator


@operators_only
@never_cache
def invoices(request: SignedIn, operator: "Operator") -> HttpResponse:
    """List the invoices for commission that a business was issued."""
    context = {"operator": operator, "papers": shown.papers_of(operator.pk)}
    return page(request, "desk/own_invoices.html", context)


@operators_only
def paper(request: SignedIn, operator: "Operator", pk: int, language: str) -> HttpResponse:
    """Give an invoice as a PDF."""
    return as_pdf(_mine(operator, pk), language)


@operators_only
def xml(request: SignedIn, operator: "Operator", pk: int) -> HttpResponse:
    """Give the file of an invoice."""
    return as_xml(_mine(operator, pk))


@operators_only
@never_cache
def year(request: SignedIn, operator: "Operator") -> HttpResponse:
    """Show a business what the tax office is told of it."""
    years = dac7.years([operator.pk], simulated=settings.DEMO)
    chosen = request.GET.get("year", "")
    wanted = int(chosen) if chosen.isdigit() and int(chosen) in years else None
    wanted = wanted or (years[0] if years else clock.today().year)
    found = dac7.report(wanted, [operator.pk], simulated=settings.DEMO)
    of = found[0] if found else None
    context = {
        "operator": operator,
        "year": wanted,
        "years": years,
        "of": of,
        "rows": shown.activities(of, of.rows) if of else [],
        "left": shown.left(of) if of else "",
        "lacks": shown.fields(of.lacks) if of else [],
    }
    return page(request, "desk/own_year.html", context)


@operators_only
@never_cache
def data(request: SignedIn, operator: "Operator") -> HttpResponse:
    """Ask a business for what invoices and the yearly report need."""
    seller = reading.seller_of(operator.pk)
    form = TaxData(
        request.POST or None,
        initial=_known(seller),
        countries=list(world.names(tag(get_language() or "")).items()),
    )
    if request.method == "POST" and form.is_valid():
        try:
            sell.tell_taxes(operator, form.cleaned_data)
        except BadInput as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("It is kept."))
            return redirect("desk:tax-data")
    born = seller.birth_date if seller else None
    lacks = rules.lacks_for_report(reading.party_of(seller), born)
    context = {
        "operator": operator,
        "operators": queries.operators(request.user),
        "form": form,
        "lacks": shown.fields(lacks),
        "known": {
            each: masked(getattr(seller, each) if seller else "") for each in TaxData.KEPT
        },
        "until": seller.tax_forget_after if seller else None,
    }
    return page(request, "desk/tax_data.html", context, status=422 if form.errors else 200)


def _known(seller: Any) -> dict[str, Any]:
    if seller is None:
        return {"tax_form": "entity", "country": world.HOME}
    return {
        each: getattr(seller, each) for each in TaxData.base_fields if each not in TaxData.KEPT
    }


def _mine(operator: "Operator", pk: int) -> Any:
    found = reading.invoices([operator.pk]).filter(pk=pk, state="issued").first()
    if found is None:
        raise Http404
    return found
