"""The page "Try it": scan, book, redeem, see the sale; and begin again."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from belvedere.config.demo import begin_again
from belvedere.publish import services as publish
from belvedere.publish.models import Action, Placement
from belvedere.publish.services import compose
from belvedere.shared.languages import code, tag, written
from belvedere.territory.models import Role, User
from belvedere.territory.services.demo_link import demo_link, from_here

POSTER = "poster"


def steps(request: HttpRequest) -> dict[str, Any]:
    """Give every page of a demo the four steps for its strip; drawn only where it is shown."""
    spoken = written(tag(get_language() or ""))

    def drawn() -> str:
        with override(code(spoken)):
            context = {"here": reverse("demo:try"), "words_in": spoken}
            return render_to_string("demo/_steps.html", context)

    return {"demo_steps": SimpleLazyObject(drawn)}


@never_cache
@require_safe
def try_it(request: HttpRequest) -> HttpResponse:
    """Show the four steps with the poster's QR code and, on this computer, the role links."""
    placement = _placements().first()
    return render(
        request,
        "demo/try.html",
        {
            "placement": placement,
            "link": compose.link(placement.code) if placement else "",
            "here": from_here(request.META),
            "redeem": _as(Role.OPERATOR, "desk:scan"),
            "results": _results(placement.piece.action if placement else None),
            "people": [
                *((role.label, _as(role, "desk:home")) for role in Role),
                (_("Artisan"), _as("maker", "desk:selling")),
            ],
        },
    )


@require_safe
def poster(request: HttpRequest) -> HttpResponse:
    """Show the poster of the first step as it is printed, in the page's language."""
    placement = get_object_or_404(_placements()[:1])
    sheet = publish.poster(placement.piece, tag(get_language()), placement=placement)
    return HttpResponse(sheet, content_type="application/pdf")


def _placements() -> QuerySet[Placement]:
    """Return where the sample campaign's posters hang."""
    return Placement.objects.filter(
        piece__action__kind=POSTER, piece__action__campaign__is_demo=True
    ).select_related("piece__action__campaign")


@require_POST
def reset(request: HttpRequest) -> HttpResponse:
    """Throw away what visitors did and make the demo as new; from this computer only."""
    if not from_here(request.META):
        raise Http404
    begin_again.begin_again()
    messages.success(request, _("The demo is as new."))
    return redirect("demo:try")


def _results(action: Action | None) -> str:
    return _as(Role.PROMOTION, "desk:action", action.pk) if action else ""


def _as(role: str, page: str, *args: Any) -> str:
    """Return the one-click link that opens a page of the desk in a role."""
    user = User.objects.filter(username=f"demo-{role}").first()
    if user is None:
        return ""
    try:
        onward = reverse(page, args=args)
    except NoReverseMatch:
        onward = reverse("desk:home")
    return f"{reverse('territory:enter', args=[demo_link(user)])}?next={onward}"
