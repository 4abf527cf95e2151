"""Saying that several sheets say the same."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.plan import rules
from belvedere.plan.models import Contribution
from belvedere.plan.services import _lab
from belvedere.shared.errors import BadInput

if TYPE_CHECKING:
    from belvedere.territory.models import User


@transaction.atomic
def merge(
    contribution_ids: Iterable[int], *, into: int, reason: str, by: "User | None" = None
) -> Contribution:
    """Merge contributions into one of the same workshop. All of them stay readable.

    What was merged into something already, or is what the others are merged into, is refused:
    so every chain of merges ends, at one contribution.

    Args:
        contribution_ids: Keys of what says the same.
        into: Key of the one that stands for them.
        reason: Why, for whoever wrote them; at most 300 characters.
        by: Who merges; None for the system itself.

    Raises:
        BadInput: No reason, nothing to merge, another workshop's, or merged before.
        PermissionDenied: `by` does not run workshops in the area.

    """
    kept = Contribution.objects.select_related("session").get(pk=into)
    workshop = _lab.begin(kept.session.workshop_id, by)
    reason = _lab.said(
        reason,
        longest=rules.LONGEST_REASON,
        field="reason",
        empty=_("Say why they are one: whoever wrote them will read it."),
    )
    wanted = set(contribution_ids) - {into}
    known = Contribution.objects.filter(session__workshop=workshop)
    found = list(known.filter(pk__in=wanted))
    if not wanted:
        raise BadInput(_("Tick at least two contributions."), field="contribution")
    if len(found) < len(wanted):
        raise BadInput(_("One of them is of another workshop."), field="contribution")
    kept.refresh_from_db()
    if kept.merged_into_id or any(each.merged_into_id for each in found):
        raise BadInput(_("One of them was merged already."), field="contribution")
    known.filter(pk__in=wanted).update(merged_into=kept, merge_reason=reason)
    _lab.tell(
        "lab.merged",
        workshop,
        f"contribution:{kept.pk}",
        by=by,
        quantity=len(found),
        merged=sorted(wanted),
    )
    return kept
