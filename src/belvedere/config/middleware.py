"""What every request passes: the health address, the true address of the visitor, policies."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import translate_url
from django.utils import translation

from belvedere.config.network import HEALTH
from belvedere.shared.languages import WRITTEN_TAGS, code, tag, written

Answer = Callable[[HttpRequest], HttpResponseBase]


class Health:
    """Answers `/-/health` before anything else can fail: 200 if the database does, else 503.

    It stands first, so that it needs no session, no language and no allowed host: whoever
    watches the machine asks by number.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the health address, and hand on every other."""
        if request.path != HEALTH:
            return self.get_response(request)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError:
            answer = JsonResponse({"status": "no database"}, status=503)
        else:
            answer = JsonResponse({"status": "ok"})
        answer["Cache-Control"] = "no-store"
        return answer


class Proxies:
    """Puts the visitor's address where Django looks for it, if proxies of ours stand in front.

    Only as many entries of `X-Forwarded-For` are believed as there are proxies of ours;
    what stands before them was written by the visitor.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Set the address, and hand on."""
        if settings.PROXIES:
            told = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
            believed = [each.strip() for each in told if each.strip()][-settings.PROXIES :]
            if believed:
                request.META["REMOTE_ADDR"] = believed[0]
        return self.get_response(request)


class StaffLanguages:
    """Leads from pages of who works here to the same pages in a language that people write."""

    AREAS = ("desk", "demo", "plan")

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Hand on; where the address leads is known in `process_view` only."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Redirect, with whatever was sent; or let the view answer."""
        spoken = tag(translation.get_language() or "")
        if spoken in WRITTEN_TAGS or not self.has(request):
            return None
        there = translate_url(request.get_full_path(), code(written(spoken)))
        return HttpResponseRedirect(there, preserve_request=True)

    @classmethod
    def has(cls, request: HttpRequest) -> bool:
        """Say whether a page is one of theirs."""
        match = request.resolver_match
        return bool(match and match.namespaces and match.namespaces[0] in cls.AREAS)


class Policies:
    """Tells the browser what our pages may do: nothing from elsewhere, the camera for scanning.

    Wagtail's editor under /cms/ needs scripts within the page; nothing else does.
    """

    STRICT: ClassVar[dict[str, str]] = {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' blob:",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    EDITOR: ClassVar[dict[str, str]] = {
        **STRICT,
        "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
        "frame-src": "'self'",
    }
    PERMISSIONS = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and add the policies unless the view has set its own."""
        answer = self.get_response(request)
        policy = self.EDITOR if request.path.startswith("/cms/") else self.STRICT
        answer.headers.setdefault(
            "Content-Security-Policy", "; ".join(" ".join(each) for each in policy.items())
        )
        answer.headers.setdefault("Permissions-Policy", self.PERMISSIONS)
        return answer
