"""The bookings that a traveller keeps on this device: the tokens of their orders in a cookie.

The token is what opens the order in any case, by the link in the mail. No account, nothing on
our side: who forgets the cookie has forgotten the list.
"""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse

NAME = "bookings"
MOST = 20
SECONDS = 400 * 24 * 3600  # Browsers keep none longer.
_TOKEN = re.compile(r"[\w-]{10,43}", re.ASCII)


def tokens(request: HttpRequest) -> list[str]:
    """Return the tokens that this device keeps; what is none is passed over."""
    given = request.COOKIES.get(NAME, "").split(".")
    return [each for each in dict.fromkeys(given) if _TOKEN.fullmatch(each)][:MOST]


def keep(request: HttpRequest, response: HttpResponse, token: str) -> None:
    """Keep one more, the youngest first; beyond twenty the oldest is forgotten."""
    kept = [token, *(each for each in tokens(request) if each != token)][:MOST]
    # The page's script may read it, so that it can be forgotten without a connection.
    response.set_cookie(
        NAME,
        ".".join(kept),
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def forget(response: HttpResponse) -> None:
    """Forget all."""
    response.delete_cookie(NAME, samesite="Lax")
