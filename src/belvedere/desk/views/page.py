"""One way to render a page of the desk: with the navigation of whoever looks at it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from belvedere.desk import queries
from belvedere.desk.rules import EDITORS, FLOW_READERS, REVIEWERS, STAFF


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a template with `desk_nav`."""
    held = queries.roles(request.user)
    return render(
        request, template, {"desk_nav": navigation(request, held), **context}, status=status
    )


def navigation(request: HttpRequest, held: set[str]) -> list[dict[str, Any]]:
    """Return the links that somebody with these roles may follow."""
    found = []
    staff, edits = held & set(STAFF), held & set(EDITORS)
    if staff:
        found.append(("desk:home", "home", pgettext("desk", "Home")))
    if edits:
        found.append(("desk:proposals", "edit", _("Proposals")))
    if staff:
        found += [
            ("desk:plans", "walk", pgettext("desk", "Plan")),
            ("desk:results", "chart", pgettext("desk", "Results")),
            ("desk:heads", "euro", pgettext("desk", "The year")),
            ("desk:labs", "star", pgettext("desk", "Labs")),
            ("desk:agreements", "heart", _("Agreements")),
        ]
    if held & set(FLOW_READERS):
        found.append(("desk:flows", "bed", pgettext("tourism", "Flows")))
    if edits:
        found += [
            ("desk:translations", "globe", _("Translations")),
            ("desk:invitations", "people", _("Invitations")),
        ]
    if held & set(REVIEWERS):
        found.append(("desk:sellers", "euro-note", _("Sellers")))
    if "operator" in held:
        found += [
            ("desk:today", "calendar", pgettext("desk", "Today")),
            ("desk:scan", "scan", pgettext("desk", "Scan")),
            ("desk:experiences", "ticket", _("Experiences")),
            ("desk:selling", "euro-note", pgettext("desk", "Goods")),
        ]
    return [
        {"url": url, "icon": icon, "label": label, "here": _here(request.path, url)}
        for url, icon, label in ((reverse(name), icon, label) for name, icon, label in found)
    ]


def _here(path: str, url: str) -> bool:
    home = reverse("desk:home")
    return path == url if url == home else path.startswith(url)
