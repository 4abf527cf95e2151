"""Saying what was published for a planned action."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.journal import services as journal
from belvedere.plan.models import ActionLink, OperatingPlan
from belvedere.plan.queries import EDITS
from belvedere.plan.services.people import allow
from belvedere.plan.services.spend import known
from belvedere.shared.errors import BadInput

if TYPE_CHECKING:
    from belvedere.territory.models import User


@transaction.atomic
def link(
    plan_id: int, action: str, subjects: Collection[str], *, by: "User | None" = None
) -> None:
    """Say which published actions carry a planned action out; replaces what was said.

    Args:
        plan_id: Key of the plan.
        action: Key of the planned action.
        subjects: Keys of published actions: `action:12`. Plain texts: what they mean is
            known to who calls.
        by: Who says so; None for the system itself.

    Raises:
        BadInput: The plan has no such action, or another one of its actions has a subject.
        PermissionDenied: `by` may not plan for the area.

    """
    plan = OperatingPlan.objects.select_for_update(of=("self",)).get(pk=plan_id)
    allow(by, *EDITS, area=plan.area)
    known(plan, action)
    wanted = set(subjects)
    others = ActionLink.objects.filter(plan=plan, subject__in=wanted).exclude(action=action)
    taken = others.first()
    if taken:
        raise BadInput(
            _("It belongs to the planned action %(key)s already; it would count twice.")
            % {"key": taken.action},
            field="subjects",
        )
    mine = ActionLink.objects.filter(plan=plan, action=action)
    before = set(mine.values_list("subject", flat=True))
    if wanted == before:
        return
    mine.exclude(subject__in=wanted).delete()
    ActionLink.objects.bulk_create(
        ActionLink(plan=plan, action=action, subject=each) for each in sorted(wanted - before)
    )
    journal.record(
        "plan.linked",
        f"plan:{plan.pk}",
        area=plan.area.slug,
        action=action,
        subjects=sorted(wanted),
        by=by.pk if by else None,
    )
