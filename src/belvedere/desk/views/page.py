"""One way to render a page of the desk: with the navigation of whoever looks at it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from belvedere.desk import queries
from belvedere.desk.views.navigation import navigation


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a template with `desk_nav`."""
    desk_nav = navigation(request.path, queries.roles(request.user))
    return render(request, template, {"desk_nav": desk_nav, **context}, status=status)
