"""What a request asks for, as every page of the offer reads it."""

from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language

from belvedere.journal.rules import touch
from belvedere.offer import queries
from belvedere.shared import clock
from belvedere.shared.languages import TAGS, tag


def language() -> str:
    """Return the page's language (BCP 47)."""
    return tag(get_language() or "")


def source(request: HttpRequest) -> str:
    """Return the source token that the visitor has brought, if it has the shape of one."""
    token = request.GET.get("s", "")
    return token if touch(token, clock.now()) else ""


def url(request: HttpRequest) -> str:
    """Return the page's own address, without a query."""
    return f"{settings.PUBLIC_URL}{request.path}"


def alternates(name: str) -> list[tuple[str, str]]:
    """Name the list in each language without the filter: one address for each content."""
    return [(each, queries.address(name, language=each)) for each in TAGS]


def query(request: HttpRequest) -> str:
    """Return the filter as it stands, for the links to other pages of the list."""
    query: QueryDict = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def page(request: HttpRequest, found: Any, size: int) -> Page:
    """Return the page asked for; what is no page number is the first, too far is the last."""
    return Paginator(found, size).get_page(request.GET.get("page"))
