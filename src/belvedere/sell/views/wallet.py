"""The wallet: a traveller's vouchers on this device, with a connection or without."""

import json

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from belvedere.sell import queries
from belvedere.sell import wallet as store
from belvedere.sell.models import Order
from belvedere.sell.queries.wallet import bookings
from belvedere.shared import clock
from belvedere.shared.languages import tag

ASSETS = ("theme/theme.css", "theme/favicon.svg", "sell/wallet.js")
KEEP = "X-Keep"
"""Tells the worker whether a page may be kept for when there is no connection."""


@never_cache
@require_safe
def wallet(request: HttpRequest) -> HttpResponse:
    """List what this device keeps, what is ahead first."""
    found = bookings(store.tokens(request), tag(get_language() or ""))
    context = {"bookings": found, "now": clock.now()}
    answer = render(request, "sell/wallet.html", context)
    answer[KEEP] = "yes" if found else "none"
    return answer


@never_cache
@require_safe
def vouchers(request: HttpRequest, token: str) -> HttpResponse:
    """Show all vouchers of an order, each as large as the screen."""
    found = bookings([token], tag(get_language() or ""))
    if not found:
        raise Http404("There is no such booking.")
    kept = token in store.tokens(request)
    context = {"booking": found[0], "kept": kept, "now": clock.now()}
    answer = render(request, "sell/vouchers.html", context)
    answer[KEEP] = "yes" if kept else "no"
    return answer


@never_cache
@require_POST
def keep(request: HttpRequest, token: str) -> HttpResponse:
    """Keep a booking on this device."""
    order = queries.order(token)
    if order is None or order.state not in Order.SOLD:
        raise Http404("There is no such booking.")
    answer = redirect("sell-pages:vouchers", token=token)
    store.keep(request, answer, token)
    return answer


@never_cache
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Forget on this device whatever it keeps."""
    answer = redirect("sell-pages:wallet")
    store.forget(answer)
    return answer


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Give the service worker that keeps the wallet's pages, and no others."""
    found = finders.find("sell/wallet-worker.js")
    if not isinstance(found, str):
        raise Http404
    with open(found, encoding="utf-8") as file:
        text = file.read()
    known = {
        "page": reverse("sell-pages:wallet"),
        "assets": [static(each) for each in ASSETS],
    }
    answer = HttpResponse(
        f"const known = {json.dumps(known)};\n{text}", content_type="text/javascript"
    )
    answer["Cache-Control"] = "no-cache"
    return answer
