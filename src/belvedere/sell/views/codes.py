"""A discount code as the pages take it: brought by a link, tried so often, refused in words."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.http import HttpRequest
from django.utils.translation import gettext as _

from belvedere.journal import limits
from belvedere.sell import words
from belvedere.sell.forms import Contact
from belvedere.sell.rules.discounts import LONGEST, NoDiscount, NotOff, clean

Done = TypeVar("Done")
LIMIT: dict[str, int] = {"most": 20, "minutes": 10}
_SCOPE = "sell.discount"


def brought(request: HttpRequest) -> str:
    """Return the code that a link has brought, `?code=`, to be written into the form."""
    return clean(request.GET.get("code", ""))[:LONGEST]


def with_code(url: str, code: str) -> str:
    """Carry a code on a link of ours."""
    if not code:
        return url
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query), ("code", code)]
    return urlunsplit(parts._replace(query=urlencode(query)))


def attempt(
    request: HttpRequest, form: Contact, language: str, buy: Callable[[], Done]
) -> Done | None:
    """Do what a valid form asks for; or say beside its code why that is not given.

    Codes stand on posters and are no secrets, but nobody shall try them out by the hundred.

    Returns:
        What `buy` returns, or None: then the form says why.

    """
    who = limits.who(request)
    if form.cleaned_data["code"] and limits.reached(_SCOPE, who, **LIMIT):
        form.refuse("code", _("Too many codes were tried from here. Wait ten minutes."))
        return None
    try:
        return buy()
    except NoDiscount as refusal:
        if refusal.why == NotOff.UNKNOWN:
            limits.too_many(_SCOPE, who, **LIMIT)
        form.refuse("code", words.not_off(refusal, language))
        return None
