"""Taking out of a sheet what should never have been typed in."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.plan.models import Contribution
from belvedere.plan.services import _lab
from belvedere.shared.errors import BadInput

if TYPE_CHECKING:
    from belvedere.territory.models import User

ERASED = "(…)"


@transaction.atomic
def erase(
    workshop_id: int, contribution_ids: Iterable[int], *, by: "User | None" = None
) -> int:
    """Erase the words of contributions, because they tell something personal. For good.

    The rows stay, so that ideas and merges keep their lineage.

    Args:
        workshop_id: Key of the workshop.
        contribution_ids: Keys of the contributions.
        by: Who erases; None for the system itself.

    Returns:
        How many were erased.

    Raises:
        BadInput: None is named, or one is of another workshop.
        PermissionDenied: `by` does not run workshops in the area.

    """
    workshop = _lab.begin(workshop_id, by)
    wanted = set(contribution_ids)
    found = Contribution.objects.filter(session__workshop=workshop, pk__in=wanted)
    if not wanted:
        raise BadInput(_("Tick the sheets that tell something personal."), field="contribution")
    if found.count() < len(wanted):
        raise BadInput(_("One of them is of another workshop."), field="contribution")
    number = found.update(text=ERASED)
    _lab.tell("lab.erased", workshop, by=by, quantity=number, erased=sorted(wanted))
    return number
