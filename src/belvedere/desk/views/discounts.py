"""Discounts: all of one's areas with how much of each is used; make one, stop one."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from belvedere.desk import queries
from belvedere.desk.discount_forms import NewDiscount
from belvedere.desk.rules import REVIEWERS
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, only
from belvedere.sell import services as sell
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import tag

RENAMED = {"valid_from": "first_day", "valid_until": "last_day"}
"""Fields of the form that the service calls otherwise."""


@only(*REVIEWERS, "operator")
@require_safe
def discounts(request: SignedIn) -> HttpResponse:
    """List those of one's areas; a business reads those that it funds."""
    context = {
        "rows": queries.discount_rows(request.user, tag(get_language() or "")),
        "makes": bool(queries.writable_areas(request.user)),
    }
    return page(request, "desk/discounts.html", context)


@only(*REVIEWERS)
def new(request: SignedIn) -> HttpResponseBase:
    """Make a discount; it counts from now on, or from its first day."""
    choices = queries.discount_choices(request.user, tag(get_language() or ""))
    form = NewDiscount(request.POST or None, choices=choices)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = sell.make_discount(
                said["code"], int(said["area"]), form.terms(), by=request.user.pk
            )
        except BadInput as error:
            form.add_error(RENAMED.get(error.field, error.field), str(error))
        else:
            messages.success(request, _("%(code)s is made.") % {"code": made.code})
            return redirect("desk:discounts")
    status = 422 if form.errors else 200
    return page(request, "desk/discount_new.html", {"form": form}, status=status)


@only(*REVIEWERS)
@require_POST
def stop(request: SignedIn, pk: int) -> HttpResponse:
    """Let nobody use a discount from now on."""
    found = queries.minded(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    if sell.stop_discount(pk, by=request.user.pk):
        messages.success(
            request,
            _("%(code)s is stopped. Orders that have it keep it.") % {"code": found.code},
        )
    return redirect("desk:discounts")
