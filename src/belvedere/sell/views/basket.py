"""The basket: visits and goods, of one operator or many, sent as one order."""

from dataclasses import dataclass
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
from belvedere.sell import queries, services, words
from belvedere.sell.forms import Address, Contact
from belvedere.sell.rules import SoldOut, world
from belvedere.sell.rules.parcels import Refusal
from belvedere.sell.services import Destination, NotShipped, Reckoned
from belvedere.sell.views import codes, starts
from belvedere.sell.views.checkout import buying, once
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import tag
from belvedere.shared.money import Amount
from belvedere.theme.templatetags.belvedere import with_source


@dataclass(frozen=True)
class Sendable:
    """Whether the goods of a basket can go where the buyer wants them.

    Attributes:
        country: ISO 3166; empty while none was chosen, or when nothing is sent.
        reckoned: What everything costs; None while it can't be said.
        refused: Why the goods don't go there; empty when they do.

    """

    country: str = ""
    reckoned: Reckoned | None = None
    refused: str = ""


@never_cache
@limits.limited("sell.checkout", most=300, minutes=10)
def basket(request: HttpRequest) -> HttpResponse:
    """Show what has been put aside and ask who buys, and where goods go; on POST, hold it."""
    language = tag(get_language() or "")
    lines = store.lines(request, language)
    goods = any(each.is_good for each in lines)
    sent = _sendable(request, language) if goods else Sendable()
    form = _form(request, language, sent, goods=goods)
    problem, status = "", 200
    if request.method == "POST":
        status = 422
        ready = lines and not sent.refused and (sent.country or not goods)
        if ready and form.is_valid():
            try:
                gone_on = codes.attempt(
                    request, form, language, lambda: _hold(request, form, language)
                )
                if gone_on:
                    return gone_on
            except NotShipped as refusal:
                problem = words.why(Refusal(refusal.country, refusal.why), language)
            except SoldOut:
                problem = _("Somebody was quicker: see below. Nothing was charged.")
            except BadInput:
                problem = _("Something can no longer be booked: see below.")
            status = 409 if problem else status
    context = _context(lines, sent, language)
    context |= {"form": form, "goods": goods, "problem": problem}
    return render(request, "sell/basket.html", context, status=status)


@never_cache
@require_POST
def drop(request: HttpRequest, name: str) -> HttpResponse:
    """Take something out of the basket."""
    store.drop(request, name)
    return redirect(with_source(reverse("sell-pages:basket"), request.POST.get("s", "")))


def _sendable(request: HttpRequest, language: str) -> Sendable:
    """Reckon what the goods cost where they go."""
    asked = request.POST if request.method == "POST" else request.GET
    country = asked.get("to", "")
    if country not in world.countries():
        return Sendable()
    try:
        there = Destination(country=country)
        return Sendable(country, services.reckon(store.wanted(request), destination=there))
    except NotShipped as refusal:
        return Sendable(country, refused=words.why(Refusal(country, refusal.why), language))
    except BadInput:
        return Sendable(country)


def _form(
    request: HttpRequest, language: str, sent: Sendable, *, goods: bool
) -> Address | Contact:
    given = request.POST if request.method == "POST" else None
    first = {"key": uuid4(), "code": codes.brought(request)}
    if goods:
        return Address(given, initial=first, language=language, country=sent.country)
    return Contact(given, initial=first, language=language)


def _hold(request: HttpRequest, form: Address | Contact, language: str) -> HttpResponse:
    given = form.cleaned_data
    options = buying(given, starts.touched(request), language)
    if isinstance(form, Address):
        options["destination"] = form.destination
    wanted = store.wanted(request)
    held = once(lambda **more: services.hold(wanted, **options, **more), given["key"])
    store.empty(request)
    return redirect("sell-pages:order", token=held.order.token)


def _context(lines: list[store.Line], sent: Sendable, language: str) -> dict[str, object]:
    total = None
    if sent.reckoned:
        total = sent.reckoned.total
    elif lines:
        total = Amount(sum(each.total.minor for each in lines), lines[0].total.currency)
    quote = queries.latest_quote(total.currency) if total else None
    prices: dict[store.Key, Amount] = {}
    if sent.reckoned:
        prices |= dict(sent.reckoned.lines.items())
        prices |= dict(sent.reckoned.packages.items())
    sending = list(sent.reckoned.sending.values()) if sent.reckoned else []
    return {
        "lines": [(each, prices.get(each.key, each.total)) for each in lines],
        "total": total,
        "about": quote.convert(total) if quote and total and language == "zh-Hans" else None,
        "quote": quote,
        "sent": sent,
        "sending": sum(sending[1:], sending[0]) if sending else None,
        "countries": list(world.names(language).items()),
        "country_name": world.name(sent.country, language) if sent.country else "",
        "troubled": any(each.trouble for each in lines),
        "operators": len({each.allotment.product.operator_id for each in lines}),
        "packages": any(isinstance(each.key, tuple) for each in lines),
        "step": 1,
    }
