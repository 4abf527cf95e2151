"""Changing an approved plan: a new version, copied from the last one."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.journal import services as journal
from belvedere.plan.models import OperatingPlan, PlanVersion
from belvedere.plan.queries import EDITS, latest
from belvedere.plan.services.drafts import copy
from belvedere.plan.services.people import allow
from belvedere.shared import clock
from belvedere.shared.errors import BadInput

if TYPE_CHECKING:
    from belvedere.territory.models import User


@transaction.atomic
def new_version(plan_id: int, *, note: str, by: "User | None" = None) -> PlanVersion:
    """Make a draft that is the same as the last version; then it can be changed.

    Args:
        plan_id: Key of the plan.
        note: Why the plan changes, one sentence.
        by: Who makes it; None for the system itself.

    Raises:
        BadInput: There is a draft already, or no reason is given.
        PermissionDenied: `by` may not plan for the area.

    """
    plan = OperatingPlan.objects.select_for_update(of=("self",)).get(pk=plan_id)
    allow(by, *EDITS, area=plan.area)
    note = note.strip()[:300]
    if not note:
        raise BadInput(_("Say in one sentence why the plan changes."), field="note")
    last = latest(plan)
    if last is None or not last.approved:
        raise BadInput(_("There is a draft already: change that one."))
    version = PlanVersion.objects.create(
        plan=plan,
        number=last.number + 1,
        note=note,
        previous=last,
        created_by=by,
        created_at=clock.now(),
    )
    copy(last, version)
    journal.record(
        "plan.version_made",
        f"plan:{plan.pk}",
        area=plan.area.slug,
        version=version.number,
        by=by.pk if by else None,
    )
    return version
