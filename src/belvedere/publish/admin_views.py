"""Pages of Wagtail's admin where a piece is checked, approved, printed and sent."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from belvedere.publish import queries, registry, services
from belvedere.publish.models import Delivery, Piece
from belvedere.publish.rules import LANGUAGE_CHOICES, State
from belvedere.publish.services.compose import link
from belvedere.publish.services.life import WORDING, problems_of, words
from belvedere.publish.services.people import APPROVES, EDITS, allow
from belvedere.publish.services.poster import SIZES
from belvedere.shared.errors import BadInput, RemoteError
from belvedere.territory import queries as territory
from belvedere.theme import qr

if TYPE_CHECKING:
    from belvedere.territory.models import User

STEPS = (
    State.DRAFT, State.CHECKED, State.APPROVED, State.QUEUED, State.SENDING, State.ACCEPTED,
    State.PUBLISHED,
)  # fmt: skip


def _user(request: HttpRequest) -> "User":
    """Return who is signed in: the admin lets nobody else come here."""
    return cast("User", request.user)


def _mine(request: HttpRequest, pk: int) -> Piece:
    found = Piece.objects.filter(action__campaign__in=queries.visible_to(_user(request)))
    return get_object_or_404(
        found.select_related("action__campaign__area", "product", "page", "area", "picture"),
        pk=pk,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def piece(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the life of a piece, its codes and its papers, and let people move it on."""
    found = _mine(request, pk)
    allow(_user(request), *EDITS, area=found.action.campaign.area)
    if request.method == "POST":
        _do(request, found)
        return redirect("publish_admin:piece", pk)
    channel = registry.installed().get(found.action.channel)
    return render(
        request,
        "publish/admin/piece.html",
        {
            "page_title": found.title,
            "piece": found,
            "state_words": words(found.state),
            "path": [(each.value, words(each), each == found.state) for each in STEPS],
            "aside": found.state not in STEPS,
            "problems": problems_of(found) if found.state == State.DRAFT else [],
            "wording": WORDING,
            "verbs": _verbs(request, found),
            "codes": [(each, link(each.code)) for each in found.placements.all()],
            "sizes": list(SIZES),
            "channel": channel and channel.spec,
            "proof": channel and queries.proof_words(channel.spec.proof),
            "publication": getattr(found, "publication", None),
            "deliveries": _deliveries(found),
            "paused": queries.paused(),
        },
    )


def _deliveries(found: Piece) -> list[tuple[str, int]]:
    names = dict(Delivery.State.choices)
    return [(str(names[key]), n) for key, n in services.delivered(found).items()]


def _verbs(request: HttpRequest, found: Piece) -> list[tuple[str, str]]:
    """Return what can be done to the piece now, by this person."""
    sends = bool(found.action.channel)
    approves = territory.can(_user(request), *APPROVES, area=found.action.campaign.area)
    by_state: dict[str, list[tuple[str, Any, bool]]] = {
        State.DRAFT: [("check", _("Check it"), True)],
        State.CHECKED: [
            ("approve", _("Approve it"), approves or _user(request).is_superuser),
            ("give_back", _("Back to draft"), True),
        ],
        State.APPROVED: [
            ("queue", _("Send it"), sends),
            ("mark_published", _("It hangs: mark it as published"), not sends),
            ("give_back", _("Back to draft"), True),
        ],
        State.QUEUED: [("take_back", _("Take it out of the line"), True)],
        State.ACCEPTED: [
            ("ask", _("Ask the channel"), sends),
            ("withdraw", _("Withdraw"), True),
        ],
        State.PUBLISHED: [
            ("withdraw", _("Withdraw"), True),
            ("expire", _("Its time is over"), True),
        ],
        State.UNKNOWN: [
            ("ask", _("Ask the channel"), sends),
            ("settle:published", _("I looked: it is published"), True),
            ("settle:failed", _("I looked: it is not there"), True),
        ],
        State.FAILED: [("give_back", _("Back to draft"), True)],
        State.EXPIRED: [("give_back", _("Back to draft"), True)],
        State.WITHDRAWN: [("give_back", _("Back to draft"), True)],
    }
    return [(verb, label) for verb, label, may in by_state.get(found.state, []) if may]


def _do(request: HttpRequest, found: Piece) -> None:
    verb, _colon, became = request.POST.get("verb", "").partition(":")
    if verb not in {each.partition(":")[0] for each, _label in _verbs(request, found)}:
        messages.error(
            request, _("This cannot be done now: somebody else has moved the piece.")
        )
        return
    try:
        said = _call(request, verb, became, found.pk)
    except PermissionDenied:
        messages.error(
            request, _("You may not do this: who wrote a piece does not approve it.")
        )
    except (BadInput, RemoteError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said) if said else None


def _call(request: HttpRequest, verb: str, became: str, pk: int) -> str:
    if verb == "check":
        accept = request.POST.getlist("accept")
        left = services.check(pk, accept=accept, by=_user(request))
        return "" if left else _("Nothing is wrong with it.")
    if verb == "ask":
        return words(services.ask(pk).state)
    if verb == "settle":
        return words(services.settle(pk, became, by=_user(request)).state)
    return words(getattr(services, verb)(pk, by=_user(request)).state)


@require_safe
def poster(request: HttpRequest, pk: int, code: str, language: str, size: str) -> HttpResponse:
    """Return the poster of one placement as PDF; `?marks=1` for a printer."""
    found = _mine(request, pk)
    placement = get_object_or_404(found.placements, code=code)
    if size not in SIZES or language not in dict(LANGUAGE_CHOICES):
        raise Http404
    marks = "marks" in request.GET
    answer = HttpResponse(
        services.poster(found, language, placement=placement, size=size, marks=marks),
        content_type="application/pdf",
    )
    answer["Content-Disposition"] = f'inline; filename="{code}-{language}-{size}.pdf"'
    return answer


@require_safe
def code_image(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Return the QR code of one placement as PNG, for the designer's own layout."""
    placement = get_object_or_404(_mine(request, pk).placements, code=code)
    answer = HttpResponse(qr.png(link(placement.code), scale=20), content_type="image/png")
    answer["Content-Disposition"] = f'attachment; filename="{code}.png"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def outgoing(request: HttpRequest) -> HttpResponse:
    """Show the channels with their proof, the newsletter's readers as counts, the switch."""
    allow(_user(request), *EDITS)
    if request.method == "POST":
        if request.POST.get("verb") == "pause":
            services.pause(request.POST.get("reason", ""), by=_user(request))
        else:
            services.resume(by=_user(request))
        return redirect("publish_admin:outgoing")
    names = dict(LANGUAGE_CHOICES)
    return render(
        request,
        "publish/admin/outgoing.html",
        {
            "page_title": _("Channels and newsletter"),
            "channels": [
                (each, queries.proof_words(each.proof)) for each in queries.channels()
            ],
            "readers": [
                (names.get(language, language), counts)
                for language, counts in queries.subscribers().items()
            ],
            "paused": queries.paused(),
        },
    )
