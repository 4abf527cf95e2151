"""Addresses the same in every language: an invitation, an agreement, a demo's way in."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_request, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from belvedere.territory.services.demo_link import from_here, who


@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Lead from the short link of an invitation to its page, in the browser's language."""
    with override(get_language_from_request(request)):
        try:
            return redirect("desk:join", token)
        except NoReverseMatch as error:
            raise Http404 from error


@require_safe
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead from a mail to an agreement's page, in the browser's language."""
    with override(get_language_from_request(request)):
        return redirect("desk:agreement", pk)


@never_cache
@require_safe
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in by a demo's one-click link; from this very computer and in a demo only."""
    if not settings.DEMO or not from_here(request.META):
        raise Http404
    user = who(token)
    if user is None:
        raise Http404
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect(_onward(request))


def _onward(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
        return wanted
    try:
        return reverse("desk:home")
    except NoReverseMatch:
        return "/"
