"""Choosing an idea, or letting it go; both with a reason that everybody reads."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.plan import rules
from belvedere.plan.models import Idea
from belvedere.plan.services import _lab
from belvedere.shared import clock
from belvedere.shared.errors import BadInput

if TYPE_CHECKING:
    from belvedere.territory.models import User


@transaction.atomic
def choose(idea_id: int, *, reason: str, by: "User | None" = None) -> Idea:
    """Choose an idea. One that was dropped can be chosen after all, with a new reason.

    Args:
        idea_id: Key of the idea.
        reason: Why, at most 300 characters; it stands on the public page.
        by: Who decides; None for the system itself.

    Raises:
        BadInput: No reason, or it was chosen already.
        PermissionDenied: `by` does not run workshops in the area.

    """
    idea = Idea.objects.get(pk=idea_id)
    workshop = _lab.begin(idea.workshop_id, by)
    idea = _decided(idea_id, Idea.State.CHOSEN, reason)
    _lab.tell("lab.chosen", workshop, f"idea:{idea.pk}", by=by, quantity=idea.votes or 0)
    return idea


@transaction.atomic
def drop(idea_id: int, *, reason: str, by: "User | None" = None) -> Idea:
    """Let an idea go. One that became something cannot be dropped any more.

    Args:
        idea_id: Key of the idea.
        reason: Why, at most 300 characters; it stands on the public page.
        by: Who decides; None for the system itself.

    Raises:
        BadInput: No reason, it was dropped already, or it has become something.
        PermissionDenied: `by` does not run workshops in the area.

    """
    idea = Idea.objects.get(pk=idea_id)
    workshop = _lab.begin(idea.workshop_id, by)
    if idea.became.exists():
        raise BadInput(_("This idea has become something already."), field="state")
    idea = _decided(idea_id, Idea.State.DROPPED, reason)
    _lab.tell("lab.dropped", workshop, f"idea:{idea.pk}", by=by, quantity=idea.votes or 0)
    return idea


def _decided(idea_id: int, state: Idea.State, reason: str) -> Idea:
    idea = Idea.objects.get(pk=idea_id)  # Again, now that its workshop is locked.
    if idea.state == state:
        raise BadInput(_("This was decided already."), field="state")
    idea.reason = _lab.said(
        reason,
        longest=rules.LONGEST_REASON,
        field="reason",
        empty=_("Say why: whoever had the idea will read it."),
    )
    idea.state, idea.decided_on = state, clock.today()
    idea.save(update_fields=["reason", "state", "decided_on"])
    return idea
