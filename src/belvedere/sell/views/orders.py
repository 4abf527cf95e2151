"""An order's page, the way to the provider and back, and calling it off."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from belvedere.offer import queries as offer
from belvedere.sell import queries, rules, services
from belvedere.sell.models import Hold, Order, Payment
from belvedere.sell.rules import NotCancellable, NotHeld
from belvedere.sell.services import NotThere
from belvedere.shared import clock
from belvedere.shared.errors import RemoteError
from belvedere.shared.languages import tag
from belvedere.shared.money import Amount


@never_cache
def order(request: HttpRequest, token: str) -> HttpResponse:
    """Show how far an order is and what can be done now."""
    return _page(request, _find(token))


@never_cache
@require_POST
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """Send the buyer to the provider; the places wait meanwhile."""
    found = _find(token)
    back = request.build_absolute_uri(reverse("sell-pages:return", args=[token]))
    try:
        payment = services.pay(found.pk, back=back)
    except NotHeld:
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
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Say what calling off gives back; on POST, call it off."""
    found = _find(token)
    if request.method == "POST":
        problem = _call_off(found)
        if not problem:
            return redirect("sell-pages:order", token=token)
        return _page(request, _find(token), problem=problem, status=409)
    if found.state not in (Order.State.CONFIRMED, Order.State.PLACED):
        return redirect("sell-pages:order", token=token)
    context = _context(found)
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
    back = queries.goods_minor([part])[part]
    context |= {
        "found": mine,
        "until": mine.withdrawable,
        "back": Amount(back, found.currency),
    }
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


def _call_off(found: Order) -> str:
    try:
        if found.state == Order.State.PLACED:
            services.release(found.pk)
        else:
            services.cancel(found.pk)
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
    if refund and refund.reason in ("late", "double"):
        return "late"
    if found.state == Order.State.CANCELLED:
        return "cancelled"
    over = found.hold.expires_at <= clock.now()
    if found.state == Order.State.EXPIRED or (found.hold.state == Hold.State.HELD and over):
        return "expired"
    return "paying" if found.hold.state == Hold.State.PAYING else "held"


def _context(found: Order) -> dict[str, Any]:
    language = tag(get_language() or "")
    lines = list(
        found.hold.lines.select_related(
            "allotment__product__operator", "allotment__product__good", "seller_order"
        )
    )
    wares = [each for each in lines if each.allotment.day is None]
    titles = offer.texts([each.allotment.product for each in wares], language, ["title"])
    deliveries = queries.deliveries_of(found, language)
    product = lines[0].allotment.product
    payments = list(found.payments.prefetch_related("refunds"))
    refunds = [each for payment in payments for each in payment.refunds.all()]
    parts = list(found.parts.select_related("operator"))
    said = offer.words(product, language)
    home = offer.words(product, "it").get("address") if language != "it" else None
    chinese = language == "zh-Hans" or found.market == "CN"
    goods = queries.goods_minor(each.pk for each in parts)
    back_now = sum(
        goods.get(each.pk, 0)
        + rules.given_back(
            each.total_minor - goods.get(each.pk, 0), each.free_until, clock.now()
        )
        for each in parts
    )
    return {
        "order": found,
        "lines": lines,
        "days": [each for each in lines if each.allotment.day],
        "wares": [
            (
                each,
                titles.get((each.allotment.product_id, "title"), each.allotment.product.slug),
            )
            for each in wares
        ],
        "only_goods": len(wares) == len(lines),
        "to_measure": any(
            each.allotment.product.good.to_measure
            for each in wares
            if hasattr(each.allotment.product, "good")
        ),
        "deliveries": deliveries,
        "line": lines[0],
        "product": product,
        "said": said,
        "address_at_home": home,
        "vouchers": list(found.vouchers.select_related("line__allotment__product")),
        "refund": refunds[-1] if refunds else None,
        "failed": bool(payments) and payments[-1].state == Payment.State.FAILED,
        "payment": next((each for each in payments if each.state in Payment.OPEN), None),
        "about": found.about if chinese else None,
        "parts": parts,
        "part": parts[0],
        "back_now": back_now,
        "free_over": bool(parts[0].free_until and parts[0].free_until <= clock.now()),
        "until": found.hold.expires_at,
        "cancellable": found.state == Order.State.CONFIRMED
        and rules.ahead(lines[0].allotment.day, lines[0].allotment.start, clock.now())
        and all(each.state in each.AT_HOME for each in deliveries),
    }
