"""Inviting an operator: a link that opens on a phone."""

from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.cache import never_cache

from belvedere.desk import queries, services
from belvedere.desk.forms import Invite
from belvedere.desk.rules import EDITORS
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn, only
from belvedere.territory import services as territory


@only(*EDITORS)
@never_cache
def invitations(request: SignedIn) -> HttpResponse:
    """Make an invitation, and show its link once: it is kept nowhere."""
    known = queries.inviting(request.user)
    form = Invite(
        request.POST or None,
        operators=[(each.pk, each.name) for each in known.operators],
        municipalities=known.municipalities,
    )
    context = {"form": form, "waiting": known.waiting}
    if form.is_valid():
        operator = services.operator_of(form.cleaned_data, by=request.user)
        if operator is None:
            raise PermissionDenied
        invited = territory.invite(operator, by=request.user)
        link = settings.PUBLIC_URL + invited.path
        text = queries.invitation_text(operator, link)
        context |= {
            "invited": invited,
            "operator": operator,
            "link": link,
            "text": text,
            "quoted": quote(text),
        }
        return page(request, "desk/invited.html", context)
    return page(request, "desk/invitations.html", context)
