"""The staff's home: what waits, and what was sold lately."""

from django.http import HttpResponse
from django.utils.translation import get_language

from belvedere.desk import queries
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn
from belvedere.shared.languages import tag


def overview(request: SignedIn) -> HttpResponse:
    """Show what waits for the signed-in person."""
    found = queries.overview(request.user, tag(get_language() or ""))
    context = {
        "overview": found,
        "admin": request.user.has_perm("wagtailadmin.access_admin"),
    }
    return page(request, "desk/overview.html", context)
