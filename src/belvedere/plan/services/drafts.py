"""What several verbs do with versions: lock a draft, copy one into another."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from belvedere.plan import rules
from belvedere.plan.models import Objective, PlannedAction, PlanVersion
from belvedere.plan.queries import EDITS
from belvedere.plan.services.people import allow
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount

if TYPE_CHECKING:
    from belvedere.territory.models import User


def locked(version_id: int) -> PlanVersion:
    """Return a version that nobody else changes until the transaction ends."""
    found = PlanVersion.objects.select_for_update(of=("self",))
    return found.select_related("plan__area").get(pk=version_id)


def draft(version_id: int, by: "User | None") -> PlanVersion:
    """Return a draft, locked.

    Raises:
        BadInput: The version is approved.
        PermissionDenied: `by` may not change it.

    """
    version = locked(version_id)
    allow(by, *EDITS, area=version.plan.area)
    if version.approved:
        raise BadInput(
            _("Version %(number)s is approved and stays as it is. Make a new version of it.")
            % {"number": version.number}
        )
    return version


def copy(
    old: PlanVersion,
    new: PlanVersion,
    *,
    budgets: Mapping[str, Amount] | None = None,
    years: int = 0,
) -> None:
    """Copy objectives and actions from one version into an empty draft.

    Args:
        old: Copied from.
        new: Copied into.
        budgets: Budgets by the actions' keys, where they are to be others.
        years: How many years later the actions take place.

    """
    Objective.objects.bulk_create(
        Objective(
            version=new,
            indicator=each.indicator,
            market=each.market,
            baseline=each.baseline,
            target=each.target,
            provider=each.provider,
        )
        for each in old.objectives.all()
    )
    PlannedAction.objects.bulk_create(
        PlannedAction(
            version=new,
            key=each.key,
            title=each.title,
            channel_kind=each.channel_kind,
            market=each.market,
            starts_on=rules.later(each.starts_on, years),
            ends_on=rules.later(each.ends_on, years),
            budget_minor=(budgets or {}).get(each.key, each.budget).minor,
            currency=each.currency,
            owner=each.owner,
            expected=each.expected,
            expected_unit=each.expected_unit,
        )
        for each in old.actions.all()
    )
