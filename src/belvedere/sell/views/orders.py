"""An order's page, the way to the provider and back, and calling it off."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from belvedere.offer import queries as offer
from belvedere.sell import queries, registry, rules, services
from belvedere.sell import receipt as receipts
from belvedere.sell.models import Hold, HoldLine, Order, Payment, SellerOrder
from belvedere.sell.ports import Device, Screen
from belvedere.sell.rules import NotCancellable, NotHeld, NoWay
from belvedere.sell.services import NotThere
from belvedere.sell.views import bundles
from belvedere.sell.views.refunds import refunded
from belvedere.shared import clock
from belvedere.shared.errors import RemoteError
from belvedere.shared.languages import tag
from belvedere.shared.money import Amount
from belvedere.shared.transfers import Transfer


@never_cache
def order(request: HttpRequest, token: str) -> HttpResponse:
    """Show how far an order is and what can be done now."""
    return _page(request, _find(token))


@never_cache
@require_POST
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """Send the buyer to the provider; the places wait meanwhile."""
    found = _find(token)
    provider, _colon, currency = request.POST.get("pay", "").partition(":")
    if not currency:
        provider = ""
    asked = _introduction(request, found, provider, currency)
    if asked:
        return HttpResponseRedirect(asked)
    return _open(request, found, provider, currency, device(request))


@never_cache
def recognised(request: HttpRequest, token: str, provider: str, currency: str) -> HttpResponse:
    """Receive the browser from a wallet that says who the buyer is to it, and open there.

    Whom the wallet does not name pays as anybody else, by a code to scan.
    """
    found, mine = _find(token), device(request)
    state = _state(found, provider, currency)
    same = constant_time_compare(request.GET.get("state", ""), state)
    code = request.GET.get("code", "")
    if not same or mine.wallet != provider:
        return redirect("sell-pages:order", token=token)
    if code:
        with suppress(RemoteError):
            payer = registry.provider(provider).recognise(code)  # type: ignore[attr-defined]
            mine = replace(mine, payer=payer)
    return _open(request, found, provider, currency, mine)


def _introduction(request: HttpRequest, found: Order, provider: str, currency: str) -> str:
    """Return where a wallet says who the buyer is, if this is its browser and it must."""
    if not provider or device(request).wallet != provider:
        return ""
    if (provider, currency) not in [(key, each.currency) for key, each in services.ways(found)]:
        return ""
    here = reverse("sell-pages:recognised", args=[found.token, provider, currency])
    state = _state(found, provider, currency)
    return registry.introduction(provider, request.build_absolute_uri(here), state)


def _state(found: Order, provider: str, currency: str) -> str:
    """Return what shows that the way to the wallet began here."""
    return salted_hmac(
        "belvedere.sell.wallet", f"{found.token} {provider} {currency}"
    ).hexdigest()


def _open(
    request: HttpRequest, found: Order, provider: str, currency: str, device: Device
) -> HttpResponse:
    """Open the payment and send the buyer on."""
    token = found.token
    back = request.build_absolute_uri(reverse("sell-pages:return", args=[token]))
    try:
        payment = services.pay(
            found.pk, back=back, provider=provider, currency=currency, device=device
        )
    except (NotHeld, NoWay):
        return redirect("sell-pages:order", token=token)
    except RemoteError:
        problem = _(
            "The payment service does not answer at the moment. Your places are still held:"
            " try again in a minute. Nothing was charged."
        )
        return _page(request, _find(token), problem=problem, status=409)
    if payment.redirect and payment.state in Payment.OPEN:
        return HttpResponseRedirect(payment.redirect)
    return redirect("sell-pages:order", token=token)


@never_cache
def returned(request: HttpRequest, token: str) -> HttpResponse:
    """Receive the browser after the provider's page, and believe only the provider."""
    found = _find(token)
    for payment in found.payments.all():
        try:
            services.finalise(payment.pk)
        except RemoteError:
            break  # The page waits and asks again by itself.
    found = _find(token)
    if found.payments.filter(state__in=Payment.OPEN).exists():
        return _page(request, found, waiting=True)
    return redirect("sell-pages:order", token=token)


@never_cache
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Give the receipt of what was confirmed as a PDF, in the page's language."""
    found = _find(token)
    if not found.number:
        raise Http404("Nothing has been bought yet.")
    made = receipts.pdf(found, tag(get_language() or ""))
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    answer["X-Robots-Tag"] = "noindex"
    return answer


@never_cache
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Say what calling off gives back; on POST, call it off: all of it, or one part."""
    found = _find(token)
    wanted = request.POST.get("part") or request.GET.get("part") or ""
    part = found.parts.filter(pk=wanted).first() if wanted.isdigit() else None
    if request.method == "POST":
        problem = _call_off(found, part.pk if part else None)
        if not problem:
            return redirect("sell-pages:order", token=token)
        return _page(request, _find(token), problem=problem, status=409)
    if found.state not in (Order.State.PLACED, *Order.SOLD):
        return redirect("sell-pages:order", token=token)
    context = _context(found, part)
    return render(request, "sell/cancel.html", context)


@never_cache
def withdraw(request: HttpRequest, token: str, part: int) -> HttpResponse:
    """Say how goods are sent back; on POST, withdraw from the purchase."""
    found = _find(token)
    context = _context(found)
    mine = _delivery(context, part)
    if request.method == "POST":
        try:
            services.withdraw(part)
        except NotThere as refusal:
            return _page(request, _find(token), problem=str(refusal), status=409)
        return redirect("sell-pages:order", token=token)
    if mine.withdrawable is None:
        return redirect("sell-pages:order", token=token)
    goods = Amount(mine.seller_order.buyers(queries.goods_minor([part])[part]), found.currency)
    context |= {"found": mine, "withdraw_until": mine.withdrawable, "goods": goods}
    return render(request, "sell/withdraw.html", context)


@never_cache
@require_POST
def received(request: HttpRequest, token: str, part: int) -> HttpResponse:
    """Take down that the buyer has the goods."""
    found = _find(token)
    _delivery(_context(found), part)
    try:
        services.deliver(part)
    except NotThere as refusal:
        return _page(request, _find(token), problem=str(refusal), status=409)
    return redirect("sell-pages:order", token=token)


def _delivery(context: dict[str, Any], part: int) -> Any:
    for each in context["deliveries"]:
        if each.seller_order_id == part:
            return each
    raise Http404("There is no such part.")


def device(request: HttpRequest) -> Device:
    """Tell what the buyer holds in the hand, by what the browser says of itself."""
    agent = request.headers.get("User-Agent", "")
    address = str(request.META.get("REMOTE_ADDR", ""))
    if wallet := registry.wallet_of(agent):
        return Device(Screen.WALLET, wallet=wallet, address=address)
    return Device(Screen.PHONE if "Mobi" in agent else Screen.DESKTOP, address=address)


def _call_off(found: Order, part_id: int | None) -> str:
    try:
        if found.state == Order.State.PLACED:
            services.release(found.pk)
        else:
            services.cancel(found.pk, part_id)
    except NotCancellable:
        return _("This booking can no longer be cancelled.")
    except RemoteError:
        return _("The payment service does not answer. Try again in a minute.")
    return ""


def _find(token: str) -> Order:
    found = queries.order(token)
    if found is None:
        raise Http404("There is no such order.")
    return found


def _page(
    request: HttpRequest,
    found: Order,
    *,
    waiting: bool = False,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {**_context(found), "waiting": waiting, "problem": problem}
    context["situation"] = "waiting" if waiting else _situation(found, context["refund"])
    context["step"] = 3 if found.state in Order.SOLD else 2
    response = render(request, "sell/order.html", context, status=status)
    if waiting:  # Every browser obeys it, without a script.
        response["Refresh"] = "3"
    return response


def _situation(found: Order, refund: Any) -> str:
    """Name what the page is about; each has a partial of its own."""
    if found.state in Order.SOLD:
        return "confirmed"
    if refund and refund.reason in ("late", "discount", "double"):
        return "late"
    if found.state == Order.State.CANCELLED:
        return "cancelled"
    over = found.hold.expires_at <= clock.now()
    if found.state == Order.State.EXPIRED or (found.hold.state == Hold.State.HELD and over):
        return "expired"
    return "paying" if found.hold.state == Hold.State.PAYING else "held"


def _context(found: Order, only: SellerOrder | None = None) -> dict[str, Any]:
    language = tag(get_language() or "")
    lines = list(
        found.hold.lines.select_related(
            "allotment__product__operator", "allotment__product__good", "seller_order"
        )
        .prefetch_related("items__unit")
        .order_by("seller_order__position", "allotment__day", "allotment__start", "pk")
    )
    parts = list(found.parts.select_related("operator", "package", "order"))
    products = {each.allotment.product_id: each.allotment.product for each in lines}
    packages = {each.package_id: each.package for each in parts if each.package}
    titles = offer.texts([*products.values(), *packages.values()], language, ["title"])
    payments = list(found.payments.prefetch_related("refunds"))
    refunds = [each for payment in payments for each in payment.refunds.all()]
    asked = [each for each in parts if each.state != Order.State.CANCELLED]
    if only:
        asked = [each for each in asked if _together(each, only)]
    shown = [
        (each, titles.get((each.allotment.product_id, "title")))
        for each in lines
        if only is None or each.seller_order_id in {part.pk for part in asked}
    ]
    bundled = bundles.bundles(asked if only else parts, shown, titles)
    alone = len(bundled) == 1 and all(each.package_id for each in parts)
    product = bundled[0].product if alone else lines[0].allotment.product
    said = offer.words(product, language)
    opened = next((each for each in payments if each.state in Payment.OPEN), None)
    home = offer.words(product, "it").get("address") if language != "it" else None
    chinese = language == "zh-Hans" or found.market == "CN"
    deliveries = queries.deliveries_of(found, language)
    goods = queries.goods_minor(each.pk for each in asked)
    vouchers, further = bundles.apart(
        each
        for each in found.vouchers.select_related(
            "line__allotment__product", "line__seller_order"
        )
        if each.line.live
    )
    back = sum(_back(each, goods.get(each.pk, 0)) for each in asked)
    return {
        "order": found,
        "lost_code": _lost_code(found),
        "lines": lines,
        "line": lines[0],
        "shown": [each for each in shown if not each[0].seller_order.package_id],
        "bundles": bundled,
        "titled": shown,
        "several": len(products) > 1 or bool(bundled),
        "seats": queries.seats(found.hold_id)
        if any(each.allotment.mode == each.allotment.Mode.SLOTS for each in lines)
        else "",
        "product": product,
        "said": said,
        "deliveries": deliveries,
        "only_goods": all(each.allotment.day is None for each in lines),
        "to_measure": any(_to_measure(each) for each in lines),
        "address_at_home": home,
        "vouchers": vouchers,
        "further": further,
        "refund": refunded(refunds),
        "failed": bool(payments) and payments[-1].state == Payment.State.FAILED,
        "payment": opened,
        "wallet": registry.wallet(opened.provider) if opened and opened.bridge else None,
        "transfer": Transfer.read(opened.qr) if opened else None,
        "ways": _ways(found) if found.state == Order.State.PLACED else [],
        "about": found.about if chinese else None,
        "parts": parts,
        "part": only or parts[0],
        "only": only,
        "only_name": bundled[0].name if only and bundled else (only and only.operator.name),
        "taxes": queries.tax_of(found) if any(_is_stay(each) for each in lines) else [],
        "back_now": back,
        "back": Amount(back, found.currency),
        "back_is_all": back == found.total_minor,
        "free_over": any(
            each.free_until is not None and each.free_until <= clock.now() for each in asked
        ),
        "until": found.hold.expires_at,
        "cancellable": found.state == Order.State.CONFIRMED
        and all(
            rules.ahead(each.allotment.day, each.allotment.start, clock.now())
            for each in lines
            if each.live
        )
        and all(each.state in each.AT_HOME for each in deliveries),
        "cancellable_parts": bundles.called_off_apart(found, parts, bundled, lines, deliveries),
    }


def _back(part: SellerOrder, goods: int) -> int:
    """Return what calling a part off now gives the buyer: all for goods, else as agreed."""
    places = rules.given_back(part.total_minor - goods, part.free_until, clock.now())
    return part.buyers(min(part.kept_minor, goods + places))


def _lost_code(found: Order) -> str:
    """Return the code that was used up when the buyer's turn came; empty as a rule."""
    turn = getattr(found.hold, "turn", None)
    return turn.discount.code if turn and turn.discount and not found.discount_id else ""


def _together(part: SellerOrder, only: SellerOrder) -> bool:
    """Say whether a part is called off when another one is: itself, or its package."""
    bought = only.package_id, only.package_day
    same = (part.package_id, part.package_day) == bought
    return part.pk == only.pk or (bool(only.package_id) and same)


def _is_stay(line: HoldLine) -> bool:
    product = line.allotment.product
    return bool(product.kind == product.Kind.STAY)


def _to_measure(line: HoldLine) -> bool:
    good = getattr(line.allotment.product, "good", None)
    return bool(good and good.to_measure)


def _ways(found: Order) -> list[tuple[str, str, Amount]]:
    """Return the ways to pay with their names; one alone goes without saying."""
    ways = services.ways(found)
    several = len({key for key, _amount in ways}) > 1
    names = {key: str(each.spec.name) for key, each in registry.installed().items()}
    return [(key, names[key] if several else "", amount) for key, amount in ways]
