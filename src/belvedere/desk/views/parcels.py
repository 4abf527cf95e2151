"""A parcel in its maker's hands: packed, sent, delivered, back; with its papers."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from belvedere.desk import queries
from belvedere.desk.selling_forms import Ship, Why
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, operators_only
from belvedere.sell import queries as sales_queries
from belvedere.sell import services as sales
from belvedere.sell import slips
from belvedere.sell.queries import goods as reading
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import tag

if TYPE_CHECKING:
    from belvedere.territory.models import Operator

PAPERS = {"cn23": slips.cn23, "slip": slips.packing_slip}


def _mine(operator: "Operator", part: int) -> Any:
    """Return the delivery of one of the operator's parts; 404 for anything else."""
    found = reading.deliveries(operator.pk).filter(seller_order=part).first()
    if found is None:
        raise Http404
    return found


@operators_only
@never_cache
def parcel(request: SignedIn, operator: "Operator", part: int) -> HttpResponse:
    """Show one parcel: what is in it, where it goes, what can be done now."""
    return _parcel(request, operator, part)


def _parcel(
    request: SignedIn, operator: "Operator", part: int, *, form: Any = None, why: Any = None
) -> HttpResponse:
    found, language = _mine(operator, part), tag(get_language() or "")
    lines = found.seller_order.lines.all()
    named = queries.titles([each.allotment.product for each in lines], language)
    context = {
        "operator": operator,
        "parcel": queries.parcel(found, named, language),
        "found": reading.described(found, language),
        "order": found.seller_order.order,
        "part": found.seller_order,
        "line_discount": any(each.discount_minor for each in lines),
        "form": form or Ship(),
        "why": why or Why(),
    }
    wrong = (form is not None and form.errors) or (why is not None and why.errors)
    return page(request, "desk/parcel.html", context, status=422 if wrong else 200)


@operators_only
@require_POST
def act(request: SignedIn, operator: "Operator", part: int) -> HttpResponseBase:
    """Do with a parcel what its maker says."""
    found = _mine(operator, part)
    deed = request.POST.get("deed", "")
    form, why = Ship(request.POST), Why(request.POST)
    try:
        if deed == "ship" and not _ship(form, part):
            return _parcel(request, operator, part, form=form)
        if deed == "refuse" and not why.is_valid():
            return _parcel(request, operator, part, why=why)
        if deed == "refuse":
            _answer(request, found, accept=False, reason=why.cleaned_data["reason"])
        _do(request, found, deed)
    except sales.NotCancellable:
        messages.error(request, _("This can no longer be called off."))
    except BadInput as error:
        messages.error(request, str(error))
    return redirect("desk:parcel", part)


def _ship(form: Ship, part: int) -> bool:
    if not form.is_valid():
        return False
    try:
        sales.ship(part, tracking=form.cleaned_data["tracking"])
    except BadInput as error:
        if error.field != "tracking":
            raise
        form.add_error("tracking", str(error))
        return False
    return True


def _do(request: SignedIn, found: Any, deed: str) -> None:
    part = found.seller_order_id
    if deed == "accept":
        _answer(request, found, accept=True)
    elif deed == "take-back":
        sales.take_back(found.withdrawal.pk, sellable="sellable" in request.POST)
        messages.success(request, _("The money is on its way back to the buyer."))
    elif deed == "call-off":
        sales.cancel(found.seller_order.order_id, part)
        messages.success(request, _("Called off. The money is on its way back to the buyer."))
    elif deed in _DEEDS:
        _DEEDS[deed](part)


def _answer(request: SignedIn, found: Any, *, accept: bool, reason: str = "") -> None:
    wish = getattr(found, "withdrawal", None)
    if wish is None:
        raise Http404
    sales.answer_withdrawal(wish.pk, accept=accept, reason=reason, by=request.user.pk)


_DEEDS = {
    "pack": sales.pack,
    "deliver": sales.deliver,
    "came-back": sales.bring_back,
}


@operators_only
def paper(request: SignedIn, operator: "Operator", part: int, kind: str) -> HttpResponse:
    """Give the customs declaration or the packing slip as a PDF."""
    found = _mine(operator, part)
    if kind not in PAPERS or (kind == "cn23" and not found.customs):
        raise Http404
    full = sales_queries.delivery(found.pk) or found
    answer = HttpResponse(PAPERS[kind](full), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{kind}-{part}.pdf"'
    return answer
