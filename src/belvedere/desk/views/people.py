"""Who may open which page of the desk."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from belvedere.desk import queries
from belvedere.desk.rules import STAFF

if TYPE_CHECKING:
    from belvedere.territory.models import User

View = Callable[..., HttpResponseBase]


class SignedIn(HttpRequest):
    """A request of somebody who has signed in; the decorators below see to it."""

    user: "User"  # type: ignore[assignment]


def only(*roles: str) -> Callable[[View], View]:
    """Let a view be opened by people who hold one of the roles, anywhere.

    Which things they see there is decided by each query (`visible_to`).
    """

    def decorate(view: View) -> View:
        @login_required
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not set(queries.roles(request.user)) & set(roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def operators_only(view: View) -> View:
    """Let operators in, and hand the view the business that they speak for.

    Somebody who speaks for several chooses with `?operator=slug`; the choice stays in the
    session.
    """

    @only("operator")
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        mine = {each.slug: each for each in queries.operators(request.user)}
        if not mine:
            raise PermissionDenied
        wanted = request.GET.get("operator") or request.session.get("operator")
        if request.GET.get("operator") and wanted not in mine:
            raise Http404
        operator = mine.get(str(wanted)) or next(iter(mine.values()))
        if request.GET.get("operator"):
            request.session["operator"] = operator.slug
        return view(request, operator, *args, **kwargs)

    return guarded


staff_only = only(*STAFF)
