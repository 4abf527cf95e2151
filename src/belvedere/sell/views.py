"""The pages of a sale."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def _soon(request: HttpRequest, **given: Any) -> HttpResponse:
    raise Http404


checkout = order = pay = returned = cancel = _soon
voucher = redeem = voucher_png = voucher_pdf = voucher_ics = notify = _soon
