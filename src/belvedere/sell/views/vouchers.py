"""The voucher: a page, a picture, a PDF, a date for the calendar, and the door."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from belvedere.journal import limits
from belvedere.sell import papers, queries, services
from belvedere.sell.models import Voucher
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import code as django_code
from belvedere.territory import queries as territory

View = Callable[[HttpRequest, Voucher], HttpResponse]
MISSES, MINUTES = 30, 10


def known(view: View) -> Callable[..., HttpResponse]:
    """Find the voucher of a code, in its buyer's language; count who guesses."""

    @wraps(view)
    def found_or_not(request: HttpRequest, code: str) -> HttpResponse:
        found = queries.voucher(code)
        if found is None:
            who = limits.who(request)
            if limits.too_many("sell.voucher", who, most=MISSES, minutes=MINUTES):
                return limits.wait(request, minutes=MINUTES)
            raise Http404("There is no such voucher.")
        with override(django_code(found.order.language)):
            response = view(request, found)
        response["X-Robots-Tag"] = "noindex"
        return response

    return never_cache(found_or_not)


@known
def voucher(request: HttpRequest, found: Voucher) -> HttpResponse:
    """Show the voucher, and to its operator the button that lets the guests in."""
    return _show(request, found)


@login_required
@require_POST
@known
def redeem(request: HttpRequest, found: Voucher) -> HttpResponse:
    """Let the guests in, by the operator's own phone."""
    if not _is_operator(request, found):
        return _show(request, found, status=403)
    text = request.POST.get("quantity", "")
    try:
        let_in = services.redeem(
            found.code,
            operator_id=found.line.allotment.product.operator_id,
            quantity=int(text) if text.isdigit() else None,
            by=request.user.pk,
        )
    except BadInput as refusal:
        return _show(request, queries.voucher(found.code) or found, problem=str(refusal))
    again = queries.voucher(found.code) or found
    return _show(request, again, let_in=let_in)


@known
def voucher_png(request: HttpRequest, found: Voucher) -> HttpResponse:
    """Give the voucher as a picture: in WeChat one presses long on it to keep it."""
    return HttpResponse(papers.png(found), content_type="image/png")


@known
def voucher_pdf(request: HttpRequest, found: Voucher) -> HttpResponse:
    """Give the voucher as a PDF."""
    response = HttpResponse(papers.pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.order.number}.pdf"'
    return response


@known
def voucher_ics(request: HttpRequest, found: Voucher) -> HttpResponse:
    """Give the visit for a calendar."""
    response = HttpResponse(papers.ics(found), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.order.number}.ics"'
    return response


def _show(
    request: HttpRequest, found: Voucher, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        **papers.contents(found),
        "may_redeem": _is_operator(request, found),
        "left": found.quantity - found.redeemed,
        "status": status,
        **more,
    }
    return render(request, "sell/voucher.html", context, status=status)


def _is_operator(request: HttpRequest, found: Voucher) -> bool:
    owner = found.line.allotment.product.operator
    return territory.can(request.user, "operator", operator=owner)  # type: ignore[arg-type]
