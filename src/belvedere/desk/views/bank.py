"""Bank transfers: what has come, what must go back, and what nobody was asked for."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from belvedere.desk.refund_forms import Came
from belvedere.desk.views.money import heads_only, mine
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn
from belvedere.sell import services as sell
from belvedere.sell.queries import refunds as reading
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import tag


@heads_only
@never_cache
def bank(request: SignedIn) -> HttpResponse:
    """Show what is waited for; on POST, note what stands on the bank's statement."""
    counters = reading.counters(mine(request))
    first = {"day": clock.today()}
    form = Came(request.POST or None, initial=first) if counters else None
    unknown = False
    if form and form.is_valid():
        if "stray" in request.POST:
            sell.note_stray(counters[0].key, **_stray(request, form.cleaned_data))
            messages.success(request, _("Kept below, until somebody has found whose it is."))
            return redirect("desk:bank")
        try:
            _note(request, counters[0].key, form.cleaned_data)
            return redirect("desk:bank")
        except BadInput as refusal:
            unknown = refusal.field == "reference"
            form.add_error(refusal.field, _why(refusal))
    context = {"counters": counters, "form": form, "unknown": unknown}
    return page(request, "desk/bank.html", context, status=422 if form and form.errors else 200)


@heads_only
@require_POST
def deed(request: SignedIn, key: str, deed: str, number: int) -> HttpResponse:
    """Note that money was sent back, or that somebody has seen to what nobody asked for."""
    counter = next((each for each in reading.counters(mine(request)) if each.key == key), None)
    if counter is None:
        raise Http404
    by = request.user.get_username()
    if deed == "returned" and number in {owed.number for owed, _order in counter.owed}:
        sell.note_returned(key, number, by=by)
        messages.success(request, _("Noted: the money has gone back."))
    elif deed == "settled" and number in {each.number for each in counter.strays}:
        sell.note_settled(key, number, by=by)
        messages.success(request, _("Noted."))
    else:
        messages.error(request, _("Somebody was quicker: see what waits now."))
    return redirect("desk:bank")


def _note(request: SignedIn, key: str, given: dict[str, Any]) -> None:
    """Note money of an order of one's own areas, and say what came of it."""
    reference = "".join(given["reference"].split()).upper()
    if not reading.orders_by(key, [reference], mine(request)):
        raise BadInput("No transfer is awaited under this reference.", field="reference")
    noted = sell.note_money(
        key,
        reference,
        given["amount"],
        by=request.user.get_username(),
        day=given["day"],
        line=given["line"],
    )
    _tell(request, noted)


def _tell(request: SignedIn, noted: sell.NotedMoney) -> None:
    """Say how much of what was asked for has come by now, and what follows."""
    language = tag(get_language() or "")
    payment = noted.payment
    asked, came = noted.awaited.asked, noted.awaited.came
    words = {"came": came.text(language), "asked": asked.text(language), "order": ""}
    if payment:
        words["order"] = str(payment.order)
    if came.minor < asked.minor:
        messages.warning(
            request,
            _("Noted. %(came)s of %(asked)s have come: the order waits for the rest.") % words,
        )
    elif came.minor > asked.minor:
        messages.warning(
            request,
            _(
                "Noted. %(came)s have come and %(asked)s were asked for: nothing is confirmed."
                " Agree with the buyer, and send back from the bank what is too much."
            )
            % words,
        )
    elif payment and payment.state == payment.State.CAPTURED and payment.confirms:
        messages.success(request, _("Noted: all of it has come. %(order)s is paid.") % words)
    else:
        messages.warning(
            request, _("Noted: all of it has come, too late. See what must go back.") % words
        )


def _why(refusal: BadInput) -> str:
    if refusal.field == "line":
        return _(
            "This was noted before. If as much came twice on that day, write the number that"
            " the statement has for it."
        )
    return _(
        "No transfer is awaited under this reference. Compare it with the statement; if it"
        " stands there like this, keep it as unknown money."
    )


def _stray(request: SignedIn, given: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": given["reference"],
        "amount": given["amount"],
        "day": given["day"],
        "by": request.user.get_username(),
    }
