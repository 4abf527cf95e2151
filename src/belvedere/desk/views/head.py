"""The head's page of an area and a year, on the screen and on one printed page."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language, override

from belvedere.desk import queries
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, staff_only
from belvedere.shared import clock
from belvedere.shared.languages import code, tag
from belvedere.territory import queries as territory
from belvedere.theme import pdf

PAPERS = ("it", "en")
YEARS = range(2000, 2101)


@staff_only
def heads(request: SignedIn) -> HttpResponseBase:
    """Lead to the page of this year, for the first area that somebody works for."""
    mine = queries.areas(request.user)
    if not mine:
        raise Http404
    return redirect("desk:head", mine[0].slug, clock.today().year)


@staff_only
def head(request: SignedIn, slug: str, year: int) -> HttpResponse:
    """Show what we know, what we spent, what came back and what we cannot know."""
    return page(request, "desk/head.html", _context(request, slug, year))


@staff_only
def paper(request: SignedIn, slug: str, year: int, language: str) -> HttpResponse:
    """Return the same as one printed page, in Italian or English."""
    if language not in PAPERS:
        raise Http404
    with override(code(language)):
        context = {**_context(request, slug, year), "language": language, "margin": "12mm"}
        answer = HttpResponse(
            pdf.render("desk/head_paper.html", context), content_type="application/pdf"
        )
    name = f"{slug}-{year}-{language}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def _context(request: SignedIn, slug: str, year: int) -> dict[str, Any]:
    if year not in YEARS:
        raise Http404
    area = get_object_or_404(territory.areas_of(request.user), slug=slug)
    language = tag(get_language() or "")
    return {
        "head": queries.head(request.user, area, year, language),
        "areas": queries.areas(request.user),
        "before": year - 1,
        "after": year + 1,
        "today": clock.today(),
        "papers": PAPERS,
    }
