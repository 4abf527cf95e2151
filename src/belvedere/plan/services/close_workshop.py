"""Ending a workshop, and taking that back."""

from typing import TYPE_CHECKING

from django.db import transaction

from belvedere.plan.models import Workshop
from belvedere.plan.services import _lab

if TYPE_CHECKING:
    from belvedere.territory.models import User


@transaction.atomic
def close_workshop(workshop_id: int, *, by: "User | None" = None) -> Workshop:
    """Take no more sessions and sheets. Deciding, and what ideas become, goes on.

    Closing one that is closed changes nothing.

    Raises:
        PermissionDenied: `by` does not run workshops in the area.

    """
    workshop = _lab.begin(workshop_id, by)
    if workshop.state != Workshop.State.CLOSED:
        workshop.state = Workshop.State.CLOSED
        workshop.save(update_fields=["state"])
        _lab.tell("lab.closed", workshop, by=by)
    return workshop


@transaction.atomic
def reopen_workshop(workshop_id: int, *, by: "User | None" = None) -> Workshop:
    """Take sessions and sheets again. Opening one that is open changes nothing.

    Raises:
        PermissionDenied: `by` does not run workshops in the area.

    """
    workshop = _lab.begin(workshop_id, by)
    if workshop.state != Workshop.State.OPEN:
        workshop.state = Workshop.State.OPEN
        workshop.save(update_fields=["state"])
        _lab.tell("lab.reopened", workshop, by=by)
    return workshop
