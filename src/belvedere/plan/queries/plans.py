"""Reading operating plans: versions, what changed, plan against spend."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from belvedere.plan import rules
from belvedere.plan.models import (
    ActionLink,
    ChannelKind,
    Move,
    OperatingPlan,
    PlannedAction,
    PlanVersion,
    Proposal,
    Spend,
)
from belvedere.shared.money import Amount

if TYPE_CHECKING:
    from belvedere.territory.models import Area, User

READS = ("head", "promotion", "editor", "analyst")
"""The roles that read the plans of their areas."""
EDITS = ("head", "promotion")
"""The roles that write drafts, note what was spent and decide on moves."""
_OBJECTIVE = ("baseline", "target", "provider")
_ACTION = (
    "title",
    "channel_kind",
    "market",
    "starts_on",
    "ends_on",
    "owner",
    "expected",
    "expected_unit",
)


def visible_to(user: "User", roles: tuple[str, ...] = READS) -> QuerySet[OperatingPlan]:
    """Return the plans of the areas that somebody works for, and of what lies in them.

    Args:
        user: Who asks; a superuser sees all.
        roles: Only where one of these roles is held.

    """
    found = OperatingPlan.objects.select_related("area")
    if user.is_superuser:
        return found
    held = user.memberships.filter(area__isnull=False, role__in=roles).values("area")
    return found.filter(
        Q(area__in=held)
        | Q(area__parent__in=held)
        | Q(area__parent__parent__in=held)
        | Q(area__parent__parent__parent__in=held)
    )


def versions(plan: OperatingPlan) -> QuerySet[PlanVersion]:
    """Return a plan's versions, the newest first, with who made and approved them."""
    found = PlanVersion.objects.filter(plan=plan).order_by("-number")
    return found.select_related("plan__area", "created_by", "approved_by", "previous__plan")


def version(plan: OperatingPlan, number: int) -> PlanVersion | None:
    """Return one version of a plan, or None."""
    return versions(plan).filter(number=number).first()


def latest(plan: OperatingPlan, *, approved: bool | None = None) -> PlanVersion | None:
    """Return the newest version; only an approved one, or only a draft, if so asked."""
    found = versions(plan)
    if approved is not None:
        found = found.filter(approved_at__isnull=not approved)
    return found.first()


def planned(area: "Area") -> list[PlannedAction]:
    """Return the actions of an area's newest plan, as its newest version has them."""
    plan = OperatingPlan.objects.filter(area=area).order_by("-year").first()
    version = latest(plan) if plan else None
    return list(version.actions.all()) if version else []


def sheet(version: PlanVersion) -> rules.Sheet:
    """Return a version's content, field by field, as `rules.diff` compares it."""
    objectives = {
        f"{each.indicator}:{each.market}".rstrip(":"): {
            "indicator": each.indicator,
            "market": each.market,
            **{name: getattr(each, name) for name in _OBJECTIVE},
        }
        for each in version.objectives.all()
    }
    actions = {
        each.key: {**{name: getattr(each, name) for name in _ACTION}, "budget": each.budget}
        for each in version.actions.all()
    }
    return rules.Sheet(objectives, actions)


def changes(old: PlanVersion, new: PlanVersion) -> tuple[rules.Change, ...]:
    """Return what was added, dropped and changed from one version to another."""
    return rules.diff(sheet(old), sheet(new))


def lines(version: PlanVersion) -> list[rules.Line]:
    """Return a version's actions and budgets, as `rules.propose` reads them."""
    return [rules.Line(each.key, each.budget) for each in version.actions.all()]


def spends(plan: OperatingPlan, action: str = "") -> QuerySet[Spend]:
    """Return what was spent under a plan, or on one of its actions, the newest first."""
    found = Spend.objects.filter(plan=plan).order_by("-day", "-pk")
    return found.filter(action=action) if action else found


def spent(plan: OperatingPlan) -> dict[str, tuple[Amount, ...]]:
    """Return what was spent on each action, by its key, each currency for itself."""
    found = defaultdict(list)
    for each in Spend.objects.filter(plan=plan):
        found[each.action].append(each.amount)
    return {key: rules.total(amounts) for key, amounts in found.items()}


def linked(plan: OperatingPlan) -> dict[str, list[str]]:
    """Return what was published for each planned action: `action:12`, by its key."""
    found = defaultdict(list)
    for each in ActionLink.objects.filter(plan=plan):
        found[each.action].append(each.subject)
    return dict(found)


def proposals(plan: OperatingPlan) -> QuerySet[Proposal]:
    """Return the proposals that were made from a plan, the newest first."""
    return Proposal.objects.filter(version__plan=plan).select_related(
        "version__plan__area", "led_to__plan"
    )


def proposal(user: "User", pk: int) -> Proposal | None:
    """Return a proposal that somebody may see, or None."""
    found = Proposal.objects.filter(pk=pk, version__plan__in=visible_to(user))
    return found.select_related("version__plan__area", "led_to__plan").first()


def proposal_of_move(user: "User", pk: int) -> int | None:
    """Return the key of the proposal that a move belongs to, if somebody may see it."""
    found = Move.objects.filter(pk=pk, proposal__version__plan__in=visible_to(user))
    return found.values_list("proposal_id", flat=True).first()


def versions_seen(user: "User", keys: Collection[int]) -> dict[int, PlanVersion]:
    """Return some versions by their keys, those that somebody may see."""
    found = PlanVersion.objects.filter(pk__in=keys, plan__in=visible_to(user))
    return {each.pk: each for each in found.select_related("plan__area")}


@dataclass(frozen=True)
class ActionLine:
    """A planned action, what was spent on it, and what of its budget is left."""

    action: PlannedAction
    spent: tuple[Amount, ...]
    left: Amount
    links: tuple[str, ...]

    @property
    def over(self) -> bool:
        """Say whether more was spent than was planned."""
        return self.left.minor < 0


def action_lines(version: PlanVersion) -> list[ActionLine]:
    """Return a version's actions with their spending and their published actions."""
    money, links = spent(version.plan), linked(version.plan)
    found = []
    for each in version.actions.all():
        paid = money.get(each.key, ())
        same = sum(one.minor for one in paid if one.currency == each.currency)
        left = Amount(each.budget_minor - same, each.currency)
        found.append(ActionLine(each, paid, left, tuple(links.get(each.key, ()))))
    return found


@dataclass(frozen=True)
class ByChannel:
    """What a version plans for one kind of channel, and what was spent on it."""

    name: str
    actions: int
    budget: tuple[Amount, ...]
    spent: tuple[Amount, ...]


def by_channel(lines: list[ActionLine]) -> list[ByChannel]:
    """Add up budgets and spending by kind of channel; a kind without actions is left out."""
    found = []
    for kind in ChannelKind:
        of = [each for each in lines if each.action.channel_kind == kind.value]
        if of:
            budget = rules.total(each.action.budget for each in of)
            paid = rules.total(amount for each in of for amount in each.spent)
            found.append(ByChannel(str(kind.label), len(of), budget, paid))
    return found
