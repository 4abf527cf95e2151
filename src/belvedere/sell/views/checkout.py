"""The checkout: when, how many, who. Sending it sets the places aside."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from belvedere.journal import limits
from belvedere.journal.rules import Touch
from belvedere.offer import queries as offer
from belvedere.offer.ports import Tax
from belvedere.sell import basket, queries, services
from belvedere.sell.forms import MOST, Booking, why
from belvedere.sell.models import Allotment
from belvedere.sell.queries import lately
from belvedere.sell.rules import OtherBody, SoldOut
from belvedere.sell.rules.tariff import NotAllowed, Option
from belvedere.sell.views import codes, rush, sold_out, starts
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import tag
from belvedere.theme.templatetags.belvedere import with_source


def checkout(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the form, or set the places aside and lead on to the payment."""
    return sold_out.again(request) or rush.again(request) or _checkout(request, slug)


@limits.limited("sell.checkout", most=300, minutes=10)
def _checkout(request: HttpRequest, slug: str) -> HttpResponse:
    day = starts.until(request)
    product, rows, options = lately.read(("checkout", slug, day), lambda: _read(slug, day))
    if product is None or product.state != product.State.ON_SALE:
        raise Http404("This is not on sale.")
    if product.kind == product.Kind.GOOD:
        return redirect("sell-pages:buy", slug=slug)
    package = product.kind == product.Kind.PACKAGE  # No waiting list: its parts have theirs.
    if request.method != "POST" and not package:
        refusal = sold_out.page(request, product, rows)
        if refusal:
            return refusal
    if not options or not options[0].units:
        raise Http404("This is not on sale.")
    return _booking(request, product, rows, options[0])


def _read(slug: str, day: date | None) -> tuple[Any, list[Allotment], list[Option]]:
    product = offer.product(slug)
    if product is None:
        return None, [], []
    return product, starts.ahead(product, day), queries.tariff([product.pk])


@never_cache
def _booking(
    request: HttpRequest, product: Any, rows: list[Allotment], option: Option
) -> HttpResponse:
    language = tag(get_language() or "")
    form = _form(request, rows, option, language)
    said, status, listed = "", 200, False
    if request.method == "POST":
        status = 422
        if "basket" in request.POST and form.put_aside():
            return _put_aside(request, form, rows)
        if form.is_valid():
            came_by = starts.touched(request)
            try:
                gone_on = codes.attempt(
                    request, form, language, lambda: _go_on(form, rows, came_by, language)
                )
                if gone_on:
                    return gone_on
            except SoldOut:
                rush.forget()
                rows = starts.ahead(product, starts.until(request))
                said, status = _sold_out(form, rows), 409
                listed = product.kind != product.Kind.PACKAGE
            except NotAllowed as error:
                said = why(error)
            except BadInput:
                said, status = _("This start is no longer on sale. Choose another one."), 409
    context = _context(request, product, rows, form, language)
    context |= {"problem": said, "listed": listed}
    return rush.keep(request, render(request, "sell/checkout.html", context, status=status))


def _put_aside(request: HttpRequest, form: Booking, rows: list[Allotment]) -> HttpResponse:
    basket.put(request, starts.wanted(_start(form, rows), form.units))
    there = with_source(reverse("sell-pages:basket"), request.POST.get("s", ""))
    return redirect(codes.with_code(there, form.cleaned_data.get("code", "")))


def _form(
    request: HttpRequest, rows: list[Allotment], option: Option, language: str
) -> Booking:
    known: dict[str, Any] = {
        "option": option,
        "prices": starts.prices(option, rows),
        "language": language,
    }
    if request.method == "POST":
        # A start that was sold out a moment ago is still a valid choice: it is told below.
        every = [(starts.value(each), starts.label(each, language)) for each in rows]
        return Booking(request.POST, starts=every, **known)
    choices = [(starts.value(each), starts.label(each, language)) for each in rows if each.free]
    wanted = request.GET.get("day", ""), request.GET.get("start", "")
    value = "T".join(filter(None, wanted))
    initial = next((key for key, _label in choices if key.startswith(value)), "")
    return Booking(
        initial={
            "when": initial,
            "key": uuid4(),
            "quantity": 2,
            "code": codes.brought(request),
        },
        starts=choices,
        **known,
    )


def _start(form: Booking, rows: list[Allotment]) -> Allotment:
    wanted = form.cleaned_data["when"]
    return next(each for each in rows if starts.value(each) == wanted)


def _go_on(
    form: Booking, rows: list[Allotment], came_by: Touch | None, language: str
) -> HttpResponse:
    """Set the places aside, or stand in line for them; leads to the order or the line."""
    start = _start(form, rows)
    line = starts.wanted(start, form.units)
    options = buying(form.cleaned_data, came_by, language)
    key = form.cleaned_data["key"]
    if start.mode == start.Mode.BATCH and isinstance(line, services.Wanted):
        turn = once(lambda **more: services.ask(line, **options, **more), key)
        return redirect("sell-pages:queue", token=turn.token)
    held = once(lambda **more: services.hold([line], **options, **more), key)
    return redirect("sell-pages:order", token=held.order.token)


def buying(given: dict[str, Any], came_by: Touch | None, language: str) -> dict[str, Any]:
    """Return what `hold` and `ask` are told of a buyer, from a valid form."""
    buyer = services.Buyer(given["name"], given["phone"], given["email"])
    return {"buyer": buyer, "touch": came_by, "language": language, "code": given["code"]}


def once(want: Callable[..., Any], key: UUID) -> Any:
    """Ask for something once by its key; what was changed and sent again is another wish."""
    try:
        return want(client_key=key)
    except OtherBody:
        return want()


def _sold_out(form: Booking, rows: list[Allotment]) -> str:
    wanted = form.cleaned_data["when"]
    left = next((each.free for each in rows if starts.value(each) == wanted), 0)
    if not left:
        return _("Somebody was quicker: this start has just sold out. Nothing was charged.")
    return ngettext(
        "Only %(n)s place is left at this start. Nothing was charged.",
        "Only %(n)s places are left at this start. Nothing was charged.",
        left,
    ) % {"n": left}


def _taxes(product: Any, language: str) -> list[Tax]:
    """Return the tourist taxes of a stay, or of the stays in a package."""
    booking = queries.SellBooking()
    if product.kind == product.Kind.PACKAGE:
        return booking.taxes([each.product for each in booking.steps(product.slug)], language)
    return booking.taxes([product], language)


def _context(
    request: HttpRequest, product: Any, rows: list[Allotment], form: Booking, language: str
) -> dict[str, Any]:
    price = offer.price(product)
    quote = queries.latest_quote(price.currency)
    return {
        "product": product,
        "said": offer.words(product, language),
        "price": price,
        "several": len(form.option.units) > 1,
        "aside": len(basket.wanted(request)),
        "about": quote.convert(price) if quote and language == "zh-Hans" else None,
        "quote": quote,
        "form": form,
        "any_free": any(each.free for each in rows),
        "free": [each for each in rows if each.free][:6],
        "hours": product.free_cancellation_hours,
        "taxes": _taxes(product, language),
        "people": form.option.units[0].places if len(form.option.units) == 1 else 1,
        "most": MOST,
        "step": 1,
    }
