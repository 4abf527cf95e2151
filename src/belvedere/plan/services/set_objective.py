"""Writing the objectives of a draft."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.journal import services as journal
from belvedere.plan.models import Indicator, Objective
from belvedere.plan.services.drafts import draft
from belvedere.shared.errors import BadInput

if TYPE_CHECKING:
    from belvedere.territory.models import User


@transaction.atomic
def set_objective(
    version_id: int,
    indicator: str,
    *,
    target: Decimal,
    baseline: Decimal | None = None,
    market: str = "",
    provider: str = "",
    by: "User | None" = None,
) -> Objective:
    """Say where an indicator shall stand; said again, it replaces what was said.

    Args:
        version_id: Key of the draft.
        indicator: One of `models.Indicator`.
        target: Where it shall stand at the end of the year, in the indicator's unit.
        baseline: Where it stands now; None if nobody knows.
        market: ISO 3166 country, if it is about visitors from there only.
        provider: Who says where it stands now.
        by: Who writes; None for the system itself.

    Raises:
        BadInput: The version is approved, the indicator unknown, or the target none.
        PermissionDenied: `by` may not plan for the area.

    """
    version = draft(version_id, by)
    if indicator not in Indicator.values:
        raise BadInput(_("Choose one of the indicators in the list."), field="indicator")
    if target < 0 or (indicator == Indicator.SHARE_OUTSIDE_TEN and target > 100):
        raise BadInput(_("This target can't be reached: look at its unit."), field="target")
    objective, made = Objective.objects.update_or_create(
        version=version,
        indicator=indicator,
        market=market.upper(),
        defaults={"target": target, "baseline": baseline, "provider": provider.strip()},
    )
    journal.record(
        "plan.objective_set",
        f"plan:{version.plan_id}",
        area=version.plan.area.slug,
        market=objective.market,
        version=version.number,
        indicator=indicator,
        target=str(target),
        new=made,
        by=by.pk if by else None,
    )
    return objective


@transaction.atomic
def drop_objective(
    version_id: int, indicator: str, *, market: str = "", by: "User | None" = None
) -> None:
    """Take an objective out of a draft. One that isn't there is no mistake.

    Raises:
        BadInput: The version is approved.
        PermissionDenied: `by` may not plan for the area.

    """
    version = draft(version_id, by)
    gone, _models = version.objectives.filter(indicator=indicator, market=market).delete()
    if gone:
        journal.record(
            "plan.objective_dropped",
            f"plan:{version.plan_id}",
            area=version.plan.area.slug,
            market=market,
            version=version.number,
            indicator=indicator,
            by=by.pk if by else None,
        )
