"""Saying that a start is sold out, so cheaply that thousands may ask every few seconds."""

import hashlib
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.translation import get_language

from belvedere.offer import queries as offer
from belvedere.sell.models import Allotment
from belvedere.sell.queries import lately
from belvedere.sell.views.rush import question, shared
from belvedere.shared.languages import tag


def again(request: HttpRequest) -> HttpResponse | None:
    """Return what this process answered to the same question within the last second."""
    body = lately.kept(question(request)) if shared(request) else None
    return _answer(request, body) if body else None


def page(request: HttpRequest, product: Any, rows: list[Allotment]) -> HttpResponse | None:
    """Return the page, if all starts that the address asks for are sold out; else None."""
    wanted = _wanted(request, rows)
    if not wanted or any(each.free for each in wanted):
        return None
    language = tag(get_language() or "")
    context = {
        "product": product,
        "said": offer.words(product, language),
        "start": wanted[0] if len(wanted) == 1 else None,
        "day": wanted[0].day if len({each.day for each in wanted}) == 1 else None,
        "others": any(each.free for each in rows),
    }
    body = render(request, "sell/sold_out.html", context).content
    if shared(request):
        lately.keep(question(request), body)
    return _answer(request, body)


def _wanted(request: HttpRequest, rows: list[Allotment]) -> list[Allotment]:
    """Return the starts that the address names by day and time; all when it names none."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return rows
    start = request.GET.get("start", "")
    return [
        each
        for each in rows
        if each.day == day and (not start or f"{each.start or '':%H:%M}" == start)
    ]


def _answer(request: HttpRequest, body: bytes) -> HttpResponse:
    etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    if request.headers.get("If-None-Match") == etag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(body)
    answer["ETag"] = etag
    answer["Cache-Control"] = "max-age=1"
    return answer
