"""Buying goods: the country first, then the price of sending, then the address."""

from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from belvedere.journal import limits
from belvedere.offer import queries as offer
from belvedere.sell import basket, queries, rules, services, words
from belvedere.sell.forms import Address
from belvedere.sell.queries import goods as reading
from belvedere.sell.rules import SoldOut, world
from belvedere.sell.rules.discounts import LONGEST, NoDiscount, clean
from belvedere.sell.rules.parcels import Refusal, Shipping
from belvedere.sell.services import NotShipped
from belvedere.sell.views import codes, starts
from belvedere.sell.views.checkout import buying, once
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import tag
from belvedere.shared.money import Amount
from belvedere.theme.templatetags.belvedere import with_source

MOST = 10


@never_cache
@limits.limited("sell.checkout", most=300, minutes=10)
def buy(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what it costs in a country and ask for the address, or set the goods aside."""
    product = offer.product(slug)
    asked = request.POST if request.method == "POST" else request.GET
    country, collect = asked.get("to", ""), asked.get("collect", "") == "1"
    quantity = _quantity(asked.get("quantity", ""))
    postcode = request.POST.get("postcode", "") if request.method == "POST" else ""
    found = queries.offers([slug], world.HOME if collect else country, quantity=quantity)
    if product is None or slug not in found:
        raise Http404("This is not on sale.")
    language = tag(get_language() or "")
    form = _form(request, language, collect=collect, country=country)
    problem, status = "", 200
    if request.method == "POST":
        status = 422
        if "basket" in request.POST:
            return _put_aside(request, found[slug], country, quantity)
        if form.is_valid():
            asked_for = (found[slug], quantity, language)
            done = codes.attempt(
                request, form, language, lambda: _hold(request, form, *asked_for)
            )
            held, problem, status = done or (None, "", 422)
            if held:
                return redirect("sell-pages:order", token=held.order.token)
        there = country if country in world.countries() else ""
        found = queries.offers([slug], there, quantity=quantity, postcode=postcode) or found
    context = _context(product, found[slug], (country, collect, quantity), language)
    return render(
        request, "sell/buy.html", {**context, "form": form, "problem": problem}, status=status
    )


def _put_aside(
    request: HttpRequest, good: queries.Offer, country: str, quantity: int
) -> HttpResponse:
    """Put goods into the basket; their address is asked for there."""
    (option, *_others) = queries.tariff([good.good.product_id])
    basket.put(request, services.Wanted(good.allotment, {option.units[0].id: quantity}))
    there = with_source(reverse("sell-pages:basket"), request.POST.get("s", ""))
    if country in world.countries():
        there += f"{'&' if '?' in there else '?'}to={country}"
    return redirect(codes.with_code(there, clean(request.POST.get("code", ""))[:LONGEST]))


@require_safe
def shop(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who a maker is and what they sell, with what it costs in the reader's country."""
    seller = reading.approved_seller(slug)
    if seller is None:
        raise Http404("There is no such shop.")
    language, source = tag(get_language() or ""), request.GET.get("s", "")
    operator = seller.operator
    rows = offer.shelved(
        offer.on_sale(goods=True).filter(operator=operator),
        language=language,
        country=request.GET.get("to", ""),
        source=source,
    )
    visits = offer.cards(
        offer.on_sale().filter(operator=operator)[:3], language=language, source=source
    )
    return render(
        request,
        "sell/shop.html",
        {
            "seller": seller,
            "operator": operator,
            "story": offer.words(operator, language).get("description"),
            "rows": rows,
            "visits": visits,
            "countries": list(world.names(language).items()),
            "to": next((each.ware.code for each in rows), ""),
        },
    )


def _quantity(text: str) -> int:
    return min(int(text), MOST) if text.isdigit() and int(text) else 1


def _form(request: HttpRequest, language: str, *, collect: bool, country: str) -> Address:
    if request.method == "POST":
        return Address(request.POST, language=language, collect=collect, country=country)
    return Address(
        initial={"key": uuid4(), "code": codes.brought(request)},
        language=language,
        collect=collect,
        country=country,
    )


def _hold(
    request: HttpRequest, form: Address, good: queries.Offer, quantity: int, language: str
) -> tuple[Any, str, int]:
    """Set the goods aside; or return what to say, with the status."""
    given = form.cleaned_data
    options: dict[str, Any] = {
        **buying(given, starts.touched(request), language),
        "destination": form.destination,
    }
    lines = [(good.allotment, quantity)]
    try:
        held = once(lambda **more: services.hold(lines, **options, **more), given["key"])
    except NotShipped as refusal:
        return None, words.why(Refusal(refusal.country, refusal.why), language), 409
    except SoldOut:
        return None, _left(good), 409
    except NoDiscount:
        raise
    except BadInput:
        return None, _("This is no longer on sale."), 409
    return held, "", 200


def _left(good: queries.Offer) -> str:
    again = queries.offers([good.good.product.slug], "")
    left = next((each.free for each in again.values()), 0)
    if not left:
        return _("Somebody was quicker: this has just sold out. Nothing was charged.")
    return ngettext(
        "Only %(n)s piece is left. Nothing was charged.",
        "Only %(n)s pieces are left. Nothing was charged.",
        left,
    ) % {"n": left}


def _context(
    product: Any, found: queries.Offer, asked: tuple[str, bool, int], language: str
) -> dict[str, Any]:
    country, collect, quantity = asked
    how = found.how
    goods = found.price * quantity
    sent = None if collect or not isinstance(how, Shipping) else how
    shipping = Amount(sent.minor if sent else 0, goods.currency)
    refused = "" if collect or not isinstance(how, Refusal) else words.why(how, language)
    quote = queries.latest_quote(goods.currency)
    total = goods + shipping
    exported = bool(country) and not collect and world.is_export(country)
    return {
        "product": product,
        "said": offer.words(product, language),
        "found": found,
        "countries": list(world.names(language).items()),
        "country": country,
        "country_name": world.name(country, language) if country else "",
        "collect": collect,
        "quantity": quantity,
        "quantities": range(1, min(MOST, max(found.free, 1)) + 1),
        "goods": goods,
        "shipping": shipping,
        "total": total,
        "about": quote.convert(total) if quote and language == "zh-Hans" else None,
        "refused": refused,
        "carrier": sent.rate.carrier if sent else "",
        "tracked": bool(sent and sent.rate.tracked),
        "by": words.promise(found.days, found.good.making_days, sent.rate.hours)
        if sent
        else "",
        "made": words.made(found.good.making_days),
        "percent": found.vat_percent,
        "exported": exported,
        "ready": bool(collect or sent) and found.free >= quantity,
        "to_measure": found.good.to_measure,
        "seller": product.operator,
        "step": 1,
        "purpose_days": rules.KEPT.days,
    }
