"""Writing down that a session was held, and how many were there."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.plan.models import Attendance, Session
from belvedere.plan.services import _lab
from belvedere.shared.errors import BadInput

if TYPE_CHECKING:
    from belvedere.territory.models import User

MOST = 2000
"""Businesses of one kind at one session; more is a slip of the finger."""


@transaction.atomic
def hold_session(
    workshop_id: int,
    *,
    place: str,
    day: date,
    participants: Mapping[str, int],
    by: "User | None" = None,
) -> Session:
    """Write down a session with its participants, counted by kind of business.

    The same place and day again counts anew: the former numbers are replaced.

    Args:
        workshop_id: Key of the workshop.
        place: Where, in words: "Poppi, town hall".
        day: When.
        participants: By `Attendance.Kind`, how many businesses; zeros may be left out.
        by: Who writes it down; None for the system itself.

    Raises:
        BadInput: No place, a day outside the workshop's, an unknown kind or a number that
            cannot be; `field` names it.
        PermissionDenied: `by` does not run workshops in the area.

    """
    workshop = _lab.begin(workshop_id, by, open_only=True)
    place = _lab.said(place, longest=120, field="place", empty=_("Write where it is."))
    if not workshop.starts_on <= day <= workshop.ends_on:
        raise BadInput(_("This day is not one of the workshop's days."), field="day")
    for kind, number in participants.items():
        if kind not in Attendance.Kind.values or not 0 <= number <= MOST:
            raise BadInput(
                _("Write how many businesses came, a number from 0 to %(most)s.")
                % {"most": MOST},
                field=kind,
            )
    session, _made = Session.objects.get_or_create(workshop=workshop, place=place, day=day)
    session.attendances.all().delete()
    Attendance.objects.bulk_create(
        Attendance(session=session, kind=kind, number=number)
        for kind, number in participants.items()
        if number
    )
    _lab.tell(
        "lab.held",
        workshop,
        f"session:{session.pk}",
        by=by,
        quantity=sum(participants.values()),
        participants={kind: number for kind, number in participants.items() if number},
    )
    return session
