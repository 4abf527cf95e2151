"""Writing the actions of a draft."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from belvedere.journal import services as journal
from belvedere.plan.models import (
    ChannelKind,
    Expected,
    OperatingPlan,
    PlannedAction,
    PlanVersion,
)
from belvedere.plan.services.drafts import draft
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount

if TYPE_CHECKING:
    from belvedere.territory.models import User

NOTHING = Amount(0)


@transaction.atomic
def set_action(
    version_id: int,
    key: str = "",
    *,
    title: str,
    channel_kind: str,
    starts_on: date,
    ends_on: date,
    budget: Amount = NOTHING,
    market: str = "",
    owner: str = "",
    expected: Decimal | None = None,
    expected_unit: str = Expected.BOOKINGS,
    by: "User | None" = None,
) -> PlannedAction:
    """Add an action to a draft, or change one that it has.

    Args:
        version_id: Key of the draft.
        key: The action's key, the same in every version; empty makes one from the title.
        title: What it is called.
        channel_kind: One of `models.ChannelKind`.
        starts_on: First day.
        ends_on: Last day.
        budget: What it may cost.
        market: ISO 3166 country that it speaks to.
        owner: Who looks after it: an office or a function, in words.
        expected: What it is expected to bring, counted in `expected_unit`.
        expected_unit: One of `models.Expected`.
        by: Who writes; None for the system itself.

    Raises:
        BadInput: The version is approved, or something can't be so; names the field.
        PermissionDenied: `by` may not plan for the area.

    """
    version = draft(version_id, by)
    title = title.strip()
    _check(title, channel_kind, expected_unit, starts_on, ends_on, budget)
    key = key or _new_key(version.plan, title)
    action, made = PlannedAction.objects.update_or_create(
        version=version,
        key=key,
        defaults={
            "title": title,
            "channel_kind": channel_kind,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "budget_minor": budget.minor,
            "currency": budget.currency,
            "market": market.upper(),
            "owner": owner.strip(),
            "expected": expected,
            "expected_unit": expected_unit,
        },
    )
    tell("plan.action_set", version, key, budget, by, new=made)
    return action


@transaction.atomic
def drop_action(version_id: int, key: str, *, by: "User | None" = None) -> None:
    """Take an action out of a draft. One that isn't there is no mistake.

    Raises:
        BadInput: The version is approved.
        PermissionDenied: `by` may not plan for the area.

    """
    version = draft(version_id, by)
    gone, _models = version.actions.filter(key=key).delete()
    if gone:
        tell("plan.action_dropped", version, key, NOTHING, by)


def _check(
    title: str,
    channel_kind: str,
    expected_unit: str,
    starts_on: date,
    ends_on: date,
    budget: Amount,
) -> None:
    if not title:
        raise BadInput(_("Give the action a name: a few words are enough."), field="title")
    if channel_kind not in ChannelKind.values:
        raise BadInput(_("Choose one of the channels in the list."), field="channel_kind")
    if expected_unit not in Expected.values:
        raise BadInput(_("Choose in what the result is counted."), field="expected_unit")
    if ends_on < starts_on:
        raise BadInput(_("The last day comes before the first."), field="ends_on")
    if budget.minor < 0:
        raise BadInput(_("A budget can't be less than nothing."), field="budget")


def _new_key(plan: OperatingPlan, title: str) -> str:
    """Make a key that no version of the plan has used: a dropped action keeps its own."""
    stem = slugify(title)[:50] or "action"
    taken = set(
        PlannedAction.objects.filter(version__plan=plan, key__startswith=stem).values_list(
            "key", flat=True
        )
    )
    number, key = 1, stem
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    return key


def tell(
    kind: str, version: PlanVersion, key: str, budget: Amount, by: "User | None", **detail: Any
) -> None:
    """Record what happened to an action of a draft."""
    journal.record(
        kind,
        f"plan:{version.plan_id}",
        area=version.plan.area.slug,
        amount=budget,
        version=version.number,
        action=key,
        by=by.pk if by else None,
        **detail,
    )
