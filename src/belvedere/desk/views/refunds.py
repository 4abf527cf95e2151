"""The refunds desk: finding a buyer's order, giving money back, noting what people gave."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from belvedere.desk.queries import refunds as reading
from belvedere.desk.refund_forms import GiveBack
from belvedere.desk.views.money import heads_only, mine
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn
from belvedere.sell import queries as sales
from belvedere.sell import services as sell
from belvedere.sell.queries import refunds as stories
from belvedere.shared.errors import BadInput, RemoteError
from belvedere.shared.languages import tag


@heads_only
@never_cache
def refunds(request: SignedIn) -> HttpResponse:
    """Find an order by what its buyer says, and show the refunds that wait for a person.

    The search is a POST: names and numbers of people do not belong into addresses, which are
    written into logs.
    """
    text = request.POST.get("q", "").strip()[:80]
    operators = mine(request)
    context = {
        "q": text,
        "short": 0 < len(text) < stories.LEAST,
        "found": reading.found(text, operators),
        "failed": sales.troubles(operators).refunds,
    }
    return page(request, "desk/refunds.html", context)


@heads_only
@never_cache
def order(request: SignedIn, pk: int) -> HttpResponse:
    """Show an order's parts and what has happened to its money."""
    return _show(request, _order(request, pk))


@heads_only
@never_cache
@require_POST
def give_back(request: SignedIn, pk: int, part: int) -> HttpResponse:
    """Say what would follow; when that is confirmed, give the money back."""
    found = _order(request, pk)
    chosen = _part(request, found, part)
    form = GiveBack(request.POST, left=chosen.left, auto_id=f"part-{part}-%s")
    if not form.is_valid():
        return _show(request, found, form=form, of=part, status=422)
    given = form.cleaned_data
    try:
        if "confirm" in request.POST:
            return _done(request, pk, part, given)
        outlook = sell.outlook(part, given["amount"])
    except sell.NotCancellable:
        form.add_error("call_off", _("It can no longer be called off: only give money back."))
    except BadInput:
        form.add_error("amount", _("Somebody was quicker: see what is left of it now."))
    else:
        context = {"order": found, "each": chosen, "form": form, "outlook": outlook}
        return page(request, "desk/refund_confirm.html", context)
    return _show(request, _order(request, pk), form=form, of=part, status=409)


@heads_only
@require_POST
def noted(request: SignedIn, pk: int) -> HttpResponse:
    """Note that people have given back by hand what the payment service refused."""
    refund = _failed(request, pk)
    try:
        sell.note_refund(pk, request.POST.get("reference", "")[:80], by=request.user.pk)
    except BadInput:
        messages.error(request, _("Write the reference under which it is found again."))
    else:
        messages.success(request, _("Noted: the money has gone back."))
    return redirect("desk:refund-order", refund.payment.order_id)


@heads_only
@require_POST
def again(request: SignedIn, pk: int) -> HttpResponse:
    """Send a refund again that the provider would not take."""
    refund = _failed(request, pk)
    try:
        done = sell.retry_refund(pk)
    except RemoteError:
        messages.error(request, _("The payment service does not answer. Try again later."))
    else:
        if done.state == done.State.DONE:
            messages.success(request, _("The money has gone back."))
        else:
            messages.error(request, _("The payment service has refused it again."))
    return redirect("desk:refund-order", refund.payment.order_id)


def _done(request: SignedIn, pk: int, part: int, given: dict[str, Any]) -> HttpResponse:
    sell.give_back(
        part,
        given["amount"],
        key=given["key"],
        note=given["note"],
        by=request.user.pk,
        by_hand=given["by_hand"],
        call_off=given["call_off"],
    )
    messages.success(request, _("Done: see below how far the money is."))
    return redirect("desk:refund-order", pk)


def _show(
    request: SignedIn,
    found: Any,
    *,
    form: GiveBack | None = None,
    of: int | None = None,
    status: int = 200,
) -> HttpResponse:
    parts = reading.parts(found, mine(request), tag(get_language() or ""))
    context = {
        "order": found,
        "parts": [
            (
                each,
                form
                if form and each.part.pk == of
                else GiveBack(
                    initial={"key": uuid4()}, left=each.left, auto_id=f"part-{each.part.pk}-%s"
                ),
            )
            for each in parts
        ],
        "story": stories.story(found),
        "failed": [each for each in sales.troubles(mine(request)).refunds
                   if each.payment.order_id == found.pk],
    }  # fmt: skip
    return page(request, "desk/refund_order.html", context, status=status)


def _order(request: SignedIn, pk: int) -> Any:
    found = stories.paid_orders(mine(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _part(request: SignedIn, found: Any, pk: int) -> reading.Part:
    for each in reading.parts(found, mine(request), tag(get_language() or "")):
        if each.part.pk == pk:
            return each
    raise Http404


def _failed(request: SignedIn, pk: int) -> Any:
    for each in sales.troubles(mine(request)).refunds:
        if each.pk == pk:
            return each
    raise Http404
