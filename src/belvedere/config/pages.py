"""The pages for what went wrong, in the visitor's language. `theme` has their templates."""

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils import translation
from django.views.csrf import csrf_failure

from belvedere.shared.languages import LANGUAGES, tag

LAST_RESORT = (
    "<!doctype html><meta charset=utf-8><title>500</title>"
    "<p>Si è verificato un errore. · Something went wrong. · 出了点问题。"
)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page."""
    with translation.override(language_of(request)):
        return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the visitor may not see this."""
    with translation.override(language_of(request)):
        return render(request, "403.html", status=403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form was too old, or came from elsewhere."""
    with translation.override(language_of(request)):
        return csrf_failure(request, reason)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that we failed. Needs neither database nor session, which may be what failed."""
    with translation.override(language_of(request)):
        context = {
            "language": tag(translation.get_language() or ""),
            "languages": LANGUAGES,
            "public_url": settings.PUBLIC_URL,
            "demo": settings.DEMO,
            "source": "",
        }
        try:
            page = loader.get_template("500.html").render(context)
        except Exception:
            logging.getLogger(__name__).exception("The page for errors fails itself.")
            page = LAST_RESORT
    return HttpResponse(page, status=500)


def language_of(request: HttpRequest) -> str:
    """Return the language of an address, else the one that the visitor's browser asks for."""
    return translation.get_language_from_path(
        request.path_info
    ) or translation.get_language_from_request(request)
