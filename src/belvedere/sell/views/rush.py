"""The page with a form, drawn once a second for all who open it in a rush.

It is the same for everybody but for two hidden fields, its CSRF token and its key, which each
visitor gets anew. What it shows may be a second old: which places are free is decided when it
is sent.
"""

import re
import time
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.cache import add_never_cache_headers

from belvedere.sell.queries import lately

LARGEST = 100
_OWN = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")\w+|(?<=name="key" value=")[\w-]+')
_drawn: dict[tuple[str, str], tuple[float, list[bytes]]] = {}


def shared(request: HttpRequest) -> bool:
    """Say whether a page is the same for everybody: nobody is signed in or greeted."""
    return request.method in ("GET", "HEAD") and not request.COOKIES.keys() & {
        "sessionid",
        "messages",
    }


def question(request: HttpRequest) -> tuple[str, str]:
    """Return what tells a page from others: its address."""
    return request.get_full_path(), request.get_host()


def again(request: HttpRequest) -> HttpResponse | None:
    """Return what this process drew within the last second, with fields of its own."""
    since, parts = _drawn.get(question(request), (0.0, []))
    if not parts or not shared(request) or time.monotonic() - since >= lately.SECONDS:
        return None
    before, between, after = parts
    own = get_token(request).encode(), str(uuid4()).encode()
    answer = HttpResponse(b"".join((before, own[0], between, own[1], after)))
    add_never_cache_headers(answer)
    return answer


def keep(request: HttpRequest, page: HttpResponse) -> HttpResponse:
    """Keep a page for the next second, if it is the same for everybody; returns it."""
    parts = _OWN.split(page.content)
    if shared(request) and len(parts) == 3:
        if len(_drawn) >= LARGEST:
            _drawn.clear()
        _drawn[question(request)] = time.monotonic(), parts
    return page


def forget() -> None:
    """Forget what was drawn: something has just sold out."""
    _drawn.clear()
