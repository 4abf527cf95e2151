"""Noting what an action of a plan has cost."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.journal import services as journal
from belvedere.plan.models import OperatingPlan, PlannedAction, Spend
from belvedere.plan.queries import EDITS
from belvedere.plan.services.people import allow
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount

if TYPE_CHECKING:
    from belvedere.territory.models import User


@transaction.atomic
def spend(
    plan_id: int,
    action: str,
    amount: Amount,
    *,
    day: date | None = None,
    note: str = "",
    by: "User | None" = None,
) -> Spend:
    """Note money spent on an action; a negative amount takes back what was noted wrongly.

    Args:
        plan_id: Key of the plan.
        action: Key of an action that some version of the plan has.
        amount: How much, in the currency of its budget.
        day: When it was spent; today if none is given.
        note: For what, in words; it stays here and does not enter the journal.
        by: Who notes it; None for the system itself.

    Raises:
        BadInput: The plan has no such action, or the amount or its currency is wrong.
        PermissionDenied: `by` may not plan for the area.

    """
    plan = OperatingPlan.objects.select_related("area").get(pk=plan_id)
    allow(by, *EDITS, area=plan.area)
    planned = known(plan, action)
    if amount.minor == 0:
        raise BadInput(_("Write how much was spent."), field="amount")
    if amount.currency != planned.currency:
        raise BadInput(
            _("The budget is in %(currency)s: write what was spent in %(currency)s too.")
            % {"currency": planned.currency},
            field="amount",
        )
    found = Spend.objects.create(
        plan=plan,
        action=action,
        amount_minor=amount.minor,
        currency=amount.currency,
        day=day or clock.today(),
        note=note.strip()[:200],
        created_by=by,
        created_at=clock.now(),
    )
    journal.record(
        "plan.spent",
        f"plan:{plan.pk}",
        area=plan.area.slug,
        market=planned.market,
        amount=amount,
        action=action,
        day=found.day.isoformat(),
        by=by.pk if by else None,
    )
    return found


def known(plan: OperatingPlan, action: str) -> PlannedAction:
    """Return an action as the newest version that has it says.

    Raises:
        BadInput: No version of the plan has it.

    """
    found = PlannedAction.objects.filter(version__plan=plan, key=action)
    planned = found.order_by("-version__number").first()
    if planned is None:
        raise BadInput(_("The plan has no action %(key)s.") % {"key": action}, field="action")
    return planned
