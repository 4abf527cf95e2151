"""The public page of a workshop: what became of my idea."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from belvedere.plan import queries
from belvedere.shared.languages import tag


@require_safe
def lab(request: HttpRequest, slug: str) -> HttpResponse:
    """Show each idea of a workshop: from which sheets, its votes, and what became of it.

    Whoever has the link may read it; search engines are asked not to keep it.
    """
    found = queries.workshop(slug)
    if found is None:
        raise Http404(_("There is no such workshop."))
    answer = render(
        request, "plan/lab.html", {"results": queries.results(found, tag(get_language() or ""))}
    )
    answer["X-Robots-Tag"] = "noindex"
    return answer
