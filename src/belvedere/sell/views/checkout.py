"""The checkout: when, how many, who. Sending it sets the places aside."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from babel.dates import format_date
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from belvedere.journal import limits
from belvedere.journal import queries as journal
from belvedere.journal.rules import UNKNOWN, Touch, touch
from belvedere.offer import queries as offer
from belvedere.sell import basket, queries, services
from belvedere.sell.forms import MOST, Booking
from belvedere.sell.models import Allotment, Hold
from belvedere.sell.rules import OtherBody, SoldOut
from belvedere.sell.rules.tariff import Option, price_of
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import locale, tag
from belvedere.theme.templatetags.belvedere import with_source

AHEAD = timedelta(days=90)


@never_cache
@limits.limited("sell.checkout", most=300, minutes=10)
def checkout(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form, or set the places aside and lead on to the payment."""
    product, option = _bookable(slug)
    if product.kind == product.Kind.GOOD:
        return redirect("sell-pages:buy", slug=slug)
    language = tag(get_language() or "")
    rows = _ahead(product.pk)
    form = _form(request, rows, option, language)
    said, status = "", 200
    if request.method == "POST":
        status = 422
        if "basket" in request.POST and form.put_aside():
            basket.put(request, services.Wanted(_start(form, rows).pk, form.units))
            return redirect(
                with_source(reverse("sell-pages:basket"), request.POST.get("s", ""))
            )
        if form.is_valid():
            try:
                line = services.Wanted(_start(form, rows).pk, form.units)
                held = hold([line], form.cleaned_data, came_by(request), language)
                return redirect("sell-pages:order", token=held.order.token)
            except SoldOut:
                rows = _ahead(product.pk)
                said, status = _sold_out(form, rows), 409
            except BadInput:
                said, status = _("This start is no longer on sale. Choose another one."), 409
    context = _context(request, product, rows, form, language)
    return render(request, "sell/checkout.html", {**context, "problem": said}, status=status)


def _bookable(slug: str) -> tuple[Any, Option]:
    """Return what is on sale under an address, with the first way of buying it; or 404."""
    product = offer.product(slug)
    if product is None or product.state != product.State.ON_SALE:
        raise Http404("This is not on sale.")
    options = queries.tariff([product.pk])
    if not options or not options[0].units:
        raise Http404("This is not on sale.")
    return product, options[0]


def _ahead(product_id: int) -> list[Allotment]:
    today = clock.today()
    found = queries.free_days(product_id, today, today + AHEAD)
    return [each for each in found if queries.is_ahead(each)]


def _form(
    request: HttpRequest, rows: list[Allotment], option: Option, language: str
) -> Booking:
    day = rows[0].day if rows else None
    prices = {unit.id: price_of(unit, day) for unit in option.units}
    choices = [(_value(each), _label(each, language)) for each in rows if each.free]
    if request.method == "POST":
        # A start that was sold out a moment ago is still a valid choice: it is told below.
        known = [(_value(each), _label(each, language)) for each in rows]
        return Booking(
            request.POST, starts=known, option=option, prices=prices, language=language
        )
    wanted = request.GET.get("day", ""), request.GET.get("start", "")
    value = "T".join(filter(None, wanted))
    initial = next((key for key, _label in choices if key.startswith(value)), "")
    return Booking(
        initial={"when": initial, "key": uuid4(), "quantity": 2},
        starts=choices,
        option=option,
        prices=prices,
        language=language,
    )


def _value(row: Allotment) -> str:
    return f"{row.day:%Y-%m-%d}T{row.start:%H:%M}" if row.start else f"{row.day:%Y-%m-%d}"


def _label(row: Allotment, language: str) -> str:
    day = format_date(row.day, "EEE d MMM", locale=locale(language))
    if language == "zh-Hans":
        day = format_date(row.day, "M月d日 EEE", locale="zh_Hans")
    when = f"{day}, {row.start:%H:%M}" if row.start else day
    if not row.free:
        return " · ".join((when, _("sold out")))
    left = ngettext("%(n)s place", "%(n)s places", row.free) % {"n": row.free}
    return f"{when} · {left}"


def came_by(request: HttpRequest) -> Touch | None:
    """Return by which source the buyer came, with the moment of following it."""
    text = request.POST.get("s", "")
    known = journal.known_touch(text)
    return known or (Touch(UNKNOWN) if touch(text, clock.now()) else None)


def _start(form: Booking, rows: list[Allotment]) -> Allotment:
    return next(each for each in rows if _value(each) == form.cleaned_data["when"])


def hold(
    lines: list[services.Wanted], given: dict[str, Any], touch: Touch | None, language: str
) -> Hold:
    """Hold what a valid form asks for; a form that was changed and sent again is new."""
    buyer = services.Buyer(given["name"], given["phone"], given["email"])
    options: dict[str, Any] = {"buyer": buyer, "touch": touch, "language": language}
    try:
        return services.hold(lines, client_key=given["key"], **options)
    except OtherBody:  # The buyer went back and changed something: it is another wish.
        return services.hold(lines, **options)


def _sold_out(form: Booking, rows: list[Allotment]) -> str:
    wanted = form.cleaned_data["when"]
    left = next((each.free for each in rows if _value(each) == wanted), 0)
    if not left:
        return _("Somebody was quicker: this start has just sold out. Nothing was charged.")
    return ngettext(
        "Only %(n)s place is left at this start. Nothing was charged.",
        "Only %(n)s places are left at this start. Nothing was charged.",
        left,
    ) % {"n": left}


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
        "most": MOST,
        "step": 1,
    }
