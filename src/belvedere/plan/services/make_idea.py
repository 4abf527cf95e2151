"""Making an idea of contributions, and counting the votes it got on paper."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.plan import rules
from belvedere.plan.models import Contribution, Idea
from belvedere.plan.services import _lab
from belvedere.shared import clock
from belvedere.shared.errors import BadInput

if TYPE_CHECKING:
    from belvedere.territory.models import User

MOST_VOTES = 100_000


@transaction.atomic
def make_idea(
    workshop_id: int,
    contribution_ids: Iterable[int],
    *,
    title: str,
    words: str = "",
    by: "User | None" = None,
) -> Idea:
    """Make an idea, derived from one or more contributions of the workshop.

    Args:
        workshop_id: Key of the workshop.
        contribution_ids: Keys of the contributions that it comes from.
        title: A few words, at most 120 characters; no other idea of the workshop has them.
        words: What is meant, at most 600.
        by: Who makes it; None for the system itself.

    Raises:
        BadInput: No contribution, another workshop's, or a text that cannot be.
        PermissionDenied: `by` does not run workshops in the area.

    """
    workshop = _lab.begin(workshop_id, by)
    title = _lab.said(title, longest=120, field="title", empty=_("Give the idea a name."))
    words = _lab.said(words, longest=rules.LONGEST_WORDS, field="words")
    wanted = set(contribution_ids)
    found = Contribution.objects.filter(session__workshop=workshop, pk__in=wanted)
    if not wanted:
        raise BadInput(
            _("Tick the contributions that the idea comes from."), field="contribution"
        )
    if len(found) < len(wanted):
        raise BadInput(_("One of them is of another workshop."), field="contribution")
    if workshop.ideas.filter(title__iexact=title).exists():
        raise BadInput(_("Another idea of this workshop has this name."), field="title")
    idea = Idea.objects.create(
        workshop=workshop, title=title, words=words, created_by=by, created_at=clock.now()
    )
    idea.derived_from.set(found)
    _lab.tell(
        "lab.idea_made",
        workshop,
        f"idea:{idea.pk}",
        by=by,
        quantity=len(wanted),
        derived_from=sorted(wanted),
    )
    return idea


@transaction.atomic
def count_votes(idea_id: int, votes: int | None, *, by: "User | None" = None) -> Idea:
    """Write down how many votes an idea got on paper; None takes a count back.

    Raises:
        BadInput: The number cannot be.
        PermissionDenied: `by` does not run workshops in the area.

    """
    idea = Idea.objects.get(pk=idea_id)
    workshop = _lab.begin(idea.workshop_id, by)
    if votes is not None and not 0 <= votes <= MOST_VOTES:
        raise BadInput(
            _("Write how many votes were counted, a number from 0 to %(most)s.")
            % {"most": MOST_VOTES},
            field="votes",
        )
    idea.refresh_from_db()
    if idea.votes != votes:
        idea.votes = votes
        idea.save(update_fields=["votes"])
        _lab.tell("lab.voted", workshop, f"idea:{idea.pk}", by=by, quantity=votes or 0)
    return idea
