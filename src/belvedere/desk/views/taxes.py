"""The tourist tax of the municipalities, as the office keeps it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from belvedere.desk import queries
from belvedere.desk.package_forms import TaxForm
from belvedere.desk.rules import REVIEWERS
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, only
from belvedere.sell import queries as sales
from belvedere.sell import services as selling
from belvedere.sell.services import TaxTerms
from belvedere.shared.errors import BadInput

reviewers_only = only(*REVIEWERS)


@reviewers_only
def taxes(request: SignedIn) -> HttpResponse:
    """List what the municipalities of somebody's areas ask; on POST, write a line down."""
    towns = queries.tax_towns(request.user)
    form = TaxForm(request.POST or None, municipalities=towns, houses=queries.houses())
    if form.is_valid():
        given = form.cleaned_data
        terms = {key: given[key] for key in TaxTerms.__dataclass_fields__}
        try:
            selling.set_tax(int(given["municipality"]), TaxTerms(**terms))
            messages.success(request, _("It is written down, and travellers see it."))
            return redirect("desk:taxes")
        except BadInput as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    rows = sales.tax_rows(int(key) for key, _name in towns)
    context = {"form": form, "rows": rows, "houses": dict(queries.houses())}
    return page(request, "desk/taxes.html", context, status=422 if form.errors else 200)


@reviewers_only
@require_POST
def drop(request: SignedIn, pk: int) -> HttpResponse:
    """Take a line away; one of another area does not exist here."""
    towns = queries.tax_towns(request.user)
    if pk not in {each.pk for each in sales.tax_rows(int(key) for key, _name in towns)}:
        raise Http404
    selling.drop_tax(pk)
    messages.success(request, _("The line is taken away."))
    return redirect("desk:taxes")
