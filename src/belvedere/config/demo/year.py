"""The demo's year: official flows, an operating plan in two versions, a living lab."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from belvedere.measure import services as measure
from belvedere.plan import services as plan
from belvedere.plan.models import OperatingPlan, PlanVersion, Workshop
from belvedere.publish.models import Action
from belvedere.shared import clock
from belvedere.shared.money import Amount
from belvedere.territory.models import Area

LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
CHANGED = "newsletter"
"""The action whose budget the second version raises, by what it takes from the first one."""
RAISED = Amount(20000)


def seed_year(area: Area, content: Mapping[str, Any]) -> None:
    """Make the sample year of an area. What is there already stays as it is."""
    measure.seed()
    if not OperatingPlan.objects.filter(area=area, is_demo=True).exists():
        _plan(area, content["plan"])
    if not Workshop.objects.filter(area=area, is_demo=True).exists():
        _lab(area, content["lab"])


@transaction.atomic
def _plan(area: Area, wanted: Mapping[str, Any]) -> None:
    """Plan the year, approve it, change it, and approve the change."""
    year = clock.today().year
    version = plan.open_plan(area.pk, year, is_demo=True)
    for each in wanted["objectives"]:
        plan.set_objective(
            version.pk,
            each["indicator"],
            target=Decimal(each["target"]),
            baseline=Decimal(each["baseline"]) if "baseline" in each else None,
            provider=each.get("provider", ""),
        )
    keys = [_action(version, year, each) for each in wanted["actions"]]
    plan.approve(version.pk)
    for key, each in zip(keys, wanted["actions"], strict=True):
        _published(version.plan, key, each)
    _change(version.plan, keys[0], wanted["note"])


def _action(version: PlanVersion, year: int, wanted: Mapping[str, Any]) -> str:
    first, last = wanted["months"]
    made = plan.set_action(
        version.pk,
        title=wanted["title"],
        channel_kind=wanted["channel_kind"],
        market=wanted["market"],
        starts_on=date(year, first, 1),
        ends_on=date(year, last, LAST_DAYS[last - 1]),
        budget=Amount(wanted["budget"]),
        owner=wanted["owner"],
        expected=Decimal(wanted["expected"]),
    )
    return made.key


def _published(made: OperatingPlan, key: str, wanted: Mapping[str, Any]) -> None:
    """Say which actions of the sample campaign carry a planned action out, and their cost."""
    actions = Action.objects.filter(title__in=wanted["published"], campaign__is_demo=True)
    plan.link(made.pk, key, [f"action:{each.pk}" for each in actions])
    for each in actions:
        plan.spend(made.pk, key, each.spent, day=clock.today(), note=each.title)


def _change(made: OperatingPlan, giver: str, note: str) -> None:
    """Move some money from one action to another, which is a new version."""
    version = plan.new_version(made.pk, note=note)
    for each in version.actions.filter(key__in=(giver, CHANGED)):
        budget = each.budget + (RAISED if each.key == CHANGED else RAISED * -1)
        plan.set_action(
            version.pk,
            each.key,
            title=each.title,
            channel_kind=each.channel_kind,
            market=each.market,
            starts_on=each.starts_on,
            ends_on=each.ends_on,
            budget=budget,
            owner=each.owner,
            expected=each.expected,
            expected_unit=each.expected_unit,
        )
    plan.approve(version.pk)


@transaction.atomic
def _lab(area: Area, wanted: Mapping[str, Any]) -> None:
    """Hold the sample lab: two sessions, a merge, and what became of three ideas."""
    today = clock.today()
    lab = plan.open_workshop(
        area,
        title=wanted["title"],
        question=wanted["question"],
        starts_on=today - timedelta(days=60),
        ends_on=today + timedelta(days=30),
        is_demo=True,
    )
    sheets = []
    for each in wanted["sessions"]:
        session = plan.hold_session(
            lab.pk,
            place=each["place"],
            day=today - timedelta(days=each["days_ago"]),
            participants=each["participants"],
        )
        sheets += plan.contribute(session.pk, each["sheets"], table=1)
    merge = wanted["merge"]
    plan.merge(
        [sheets[merge["sheet"]].pk], into=sheets[merge["into"]].pk, reason=merge["reason"]
    )
    for each in wanted["ideas"]:
        idea = plan.make_idea(
            lab.pk,
            [sheets[number].pk for number in each["sheets"]],
            title=each["title"],
            words=each.get("words", ""),
        )
        plan.count_votes(idea.pk, each["votes"])
        _became(idea.pk, each)


def _became(idea_id: int, wanted: Mapping[str, Any]) -> None:
    if "dropped" in wanted:
        plan.drop(idea_id, reason=wanted["dropped"])
    if "chosen" in wanted:
        plan.choose(idea_id, reason=wanted["chosen"])
        plan.link_product(idea_id, wanted["product"])
        plan.link_planned_action(idea_id, wanted["planned"])
