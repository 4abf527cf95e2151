"""The admin's page that invites an operator."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from belvedere.territory import queries
from belvedere.territory.models import Operator, Role
from belvedere.territory.services import invite


def may_invite(user: Any, operator: Operator) -> bool:
    """Say whether somebody may invite people to an operator."""
    return bool(
        user.has_perm("territory.add_invitation")
        and queries.can(user, Role.EDITOR, Role.HEAD, area=operator.area)
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite_operator(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then make the invitation and show its link and QR code, this once."""
    operator = get_object_or_404(queries.visible_to(request.user).operators, pk=pk)
    if not may_invite(request.user, operator):
        raise PermissionDenied
    context: dict[str, Any] = {"operator": operator}
    if request.method == "POST":
        made = invite(operator, by=request.user)  # type: ignore[arg-type]
        context |= {"invited": made, "link": settings.PUBLIC_URL + made.path}
    return render(request, "territory/admin/invite.html", context)
