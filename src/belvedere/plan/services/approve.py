"""Approving a version; from then on nobody changes it."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.journal import services as journal
from belvedere.plan import rules
from belvedere.plan.models import PlanVersion
from belvedere.plan.services.drafts import draft
from belvedere.plan.services.people import APPROVES, allow
from belvedere.shared import clock
from belvedere.shared.errors import BadInput

if TYPE_CHECKING:
    from belvedere.territory.models import User


@transaction.atomic
def approve(version_id: int, *, by: "User | None" = None) -> PlanVersion:
    """Approve a draft; it becomes the plan in force and stays as it is.

    Args:
        version_id: Key of the draft.
        by: The head of the area or of one above; None for the system itself.

    Raises:
        BadInput: It is approved already, or has no objective or no action.
        PermissionDenied: `by` is not head of the area.

    """
    version = draft(version_id, by)
    allow(by, *APPROVES, area=version.plan.area)
    actions = list(version.actions.all())
    if not actions or not version.objectives.exists():
        raise BadInput(_("A plan needs at least one objective and one action."))
    version.approved_at, version.approved_by = clock.now(), by
    version.save(update_fields=["approved_at", "approved_by"])
    budgets = rules.total(each.budget for each in actions)
    journal.record(
        "plan.approved",
        f"plan:{version.plan_id}",
        area=version.plan.area.slug,
        amount=budgets[0] if len(budgets) == 1 else None,
        version=version.number,
        budgets={each.currency: each.minor for each in budgets},
        actions=len(actions),
        by=by.pk if by else None,
    )
    return version
