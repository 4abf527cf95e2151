"""The office looks at who wants to sell goods: approve, reject with the reason, suspend."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from belvedere.desk import queries
from belvedere.desk.rules import REVIEWERS
from belvedere.desk.selling_forms import STEPS, Why
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, only
from belvedere.sell import services as sales
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import tag

reviewers_only = only(*REVIEWERS)


def _theirs(request: SignedIn, slug: str) -> Any:
    for each in queries.sellers_seen(request.user):
        if each.operator.slug == slug:
            return each
    raise Http404


@reviewers_only
def sellers(request: SignedIn) -> HttpResponse:
    """List who sells goods or wants to, those first that wait."""
    return page(request, "desk/sellers.html", {"sellers": queries.sellers_seen(request.user)})


@reviewers_only
def seller(request: SignedIn, slug: str) -> HttpResponse:
    """Show one: what they said, with their numbers masked, and what can be decided."""
    return _seller(request, slug, Why())


def _seller(request: SignedIn, slug: str, why: Why) -> HttpResponse:
    found = _theirs(request, slug)
    language = tag(get_language() or "")
    context = {
        "seller": found,
        "operator": found.operator,
        "steps": queries.steps(found, {key: str(name) for key, (name, _form) in STEPS.items()}),
        "masked": queries.masked(found),
        "rows": queries.goods_of(found.operator, language),
        "why": why,
    }
    return page(request, "desk/seller.html", context, status=422 if why.errors else 200)


@reviewers_only
@require_POST
def decide(request: SignedIn, slug: str) -> HttpResponse:
    """Approve, reject or suspend."""
    found = _theirs(request, slug)
    deed = request.POST.get("deed", "")
    verbs = {"reject": sales.reject_seller, "suspend": sales.suspend_seller}
    try:
        if deed == "approve":
            sales.approve_seller(found.pk, by=request.user)
        elif deed in verbs:
            why = Why(request.POST)
            if not why.is_valid():
                return _seller(request, slug, why)
            verbs[deed](found.pk, reason=why.cleaned_data["reason"], by=request.user)
    except BadInput as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It is decided, and the maker sees it."))
    return redirect("desk:seller", slug)
