"""The waiting room of a start that everybody wants, and the list of one that is sold out."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from belvedere.journal import limits
from belvedere.offer import queries as offer
from belvedere.sell import queries, services
from belvedere.sell.forms import Listing
from belvedere.sell.models import Allotment, Hold, Turn, Waiting
from belvedere.sell.views import starts
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import tag

PATIENCE = timedelta(seconds=3)  # Then the page serves the line itself: no worker may run.
SOON, LATER, NEAR = 2, 6, 300


@never_cache
def queue(request: HttpRequest, token: str) -> HttpResponse:
    """Show somebody's place in the line, and lead on when their turn has come."""
    turn = _turn(token)
    if turn.state == Turn.State.WAITING and turn.asked_at < clock.now() - PATIENCE:
        services.admit(turn.allotment_id)
        turn = _turn(token)
    if turn.hold:
        return redirect("sell-pages:order", token=turn.hold.order.token)
    waits = turn.state == Turn.State.WAITING
    place = queries.position(turn) if waits else 0
    seconds = queries.seconds_left(turn, place) if waits else None
    language = tag(get_language() or "")
    context = {
        "turn": turn,
        "start": turn.allotment,
        "product": turn.allotment.product,
        "said": offer.words(turn.allotment.product, language),
        "before": max(place - 1, 0),
        "known": seconds is not None,
        "minutes": -(-seconds // 60) if seconds and seconds > 60 else 0,
    }
    answer = render(request, "sell/queue.html", context)
    if waits:  # Every browser obeys it, without a script.
        answer["Refresh"] = str(SOON if place <= NEAR else LATER)
    return answer


@never_cache
@require_POST
def step_out(request: HttpRequest, token: str) -> HttpResponse:
    """Leave the line."""
    services.step_out(_turn(token).pk)
    return redirect("sell-pages:queue", token=token)


@never_cache
@limits.limited("sell.enlist", most=60, minutes=10)
def enlist(request: HttpRequest, slug: str) -> HttpResponse:
    """Let somebody leave a contact for a sold-out start."""
    product = offer.product(slug)
    if product is None or product.state != product.State.ON_SALE:
        raise Http404("This is not on sale.")
    if product.kind == product.Kind.PACKAGE:
        raise Http404("A package has no waiting list: its parts have.")
    language = tag(get_language() or "")
    every = starts.ahead(product, starts.until(request))
    rows = [each for each in every if each.capacity]
    choices = [(starts.value(each), starts.label(each, language)) for each in rows]
    options = queries.tariff([product.pk])
    if not options or not options[0].units:
        raise Http404("This is not on sale.")
    form = Listing(
        request.POST or None,
        initial={"when": request.GET.get("when", ""), "quantity": 1},
        starts=choices,
        option=options[0],
        prices=starts.prices(options[0], rows),
        language=language,
    )
    problem = ""
    if form.is_valid():
        try:
            made = _enlist(form, rows, request, language)
            return redirect("sell-pages:waiting", token=made.token)
        except BadInput:
            problem = _("There are places at this start again, or it is no longer on sale.")
    context = {
        "product": product,
        "said": offer.words(product, language),
        "form": form,
        "problem": problem,
    }
    status = 409 if problem else (422 if form.errors else 200)
    return render(request, "sell/enlist.html", context, status=status)


@never_cache
def waiting(request: HttpRequest, token: str) -> HttpResponse:
    """Show somebody how far they are on a waiting list, and the offer when there is one."""
    found = _waiting(token)
    language = tag(get_language() or "")
    context = {
        "waiting": found,
        "start": found.allotment,
        "product": found.allotment.product,
        "said": offer.words(found.allotment.product, language),
        "situation": _situation(found),
        "before": queries.ahead_of(found),
    }
    return render(request, "sell/waiting.html", context)


@never_cache
@require_POST
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Take somebody off the list, and give up what was offered to them."""
    found = _waiting(token)
    services.leave(found.pk)
    if found.hold and found.hold.state == Hold.State.HELD:
        services.release(found.hold.order.pk)
    return redirect("sell-pages:waiting", token=token)


def _enlist(
    form: Listing, rows: list[Allotment], request: HttpRequest, language: str
) -> Waiting:
    given = form.cleaned_data
    start = next(each for each in rows if starts.value(each) == given["when"])
    return services.enlist(
        services.Wanted(start.pk, form.units),
        buyer=services.Buyer(given["name"], given["phone"], given["email"]),
        touch=starts.touched(request),
        language=language,
    )


def _situation(found: Waiting) -> str:
    """Name what the page is about."""
    if found.hold and found.hold.state == Hold.State.CONFIRMED:
        return "taken"
    if found.left_at:
        return "left"
    if found.hold:
        live = found.hold.state in (Hold.State.HELD, Hold.State.PAYING)
        return "offered" if live and found.hold.expires_at > clock.now() else "lapsed"
    return "waiting" if queries.is_ahead(found.allotment) else "over"


def _turn(token: str) -> Any:
    found = queries.turn(token)
    if found is None:
        raise Http404("There is no such turn.")
    return found


def _waiting(token: str) -> Waiting:
    found = queries.waiting(token)
    if found is None:
        raise Http404("There is nobody.")
    return found
