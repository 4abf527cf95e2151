"""The day's random number of a visitor who agreed to be counted. Nothing else is kept."""

import re

from django.http import HttpRequest

COOKIE = "visit"
_SHAPE = re.compile(r"^[0-9a-f]{32}$")


def number(request: HttpRequest) -> str:
    """Return the number of today's visit; empty without consent, which no page asks for yet."""
    value = request.COOKIES.get(COOKIE, "")
    return value if _SHAPE.match(value) else ""
