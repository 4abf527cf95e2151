"""The day's random number of a visitor who agreed to be counted. Nothing else is kept."""

import re
import secrets
from datetime import datetime, time, timedelta

from django.http import HttpRequest, HttpResponse

from belvedere.shared import clock

COOKIE = "visit"
NO = "no"
_SHAPE = re.compile(r"^[0-9a-f]{32}$")


def number(request: HttpRequest) -> str:
    """Return the number of today's visit; empty without consent."""
    value = request.COOKIES.get(COOKIE, "")
    return value if _SHAPE.match(value) else ""


def asked(request: HttpRequest) -> bool:
    """Say whether the visitor has answered already, today."""
    return COOKIE in request.COOKIES


def answer(response: HttpResponse, agreed: bool) -> HttpResponse:
    """Keep the answer until midnight in Italy: a random number, or that there is none."""
    tomorrow = clock.today() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), clock.ROME)
    response.set_cookie(
        COOKIE,
        secrets.token_hex(16) if agreed else NO,
        max_age=int((midnight - clock.now()).total_seconds()),
        httponly=True,
        samesite="Lax",
    )
    return response
