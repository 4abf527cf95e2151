"""A plan is drafted, approved, and from then on changed by a new version only."""

from datetime import date
from decimal import Decimal
from threading import Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from belvedere.journal.models import Fact
from belvedere.plan import queries, services
from belvedere.plan.models import OperatingPlan, PlannedAction, PlanVersion
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount
from tests.installation import until
from tests.plan.conftest import person

ACTION = {
    "title": "Manifesto", "channel_kind": "poster", "starts_on": date(2026, 3, 1),
    "ends_on": date(2026, 3, 31),
}  # fmt: skip


def test_an_area_has_one_plan_a_year(casentino, draft):
    with pytest.raises(BadInput, match="2026"):
        services.open_plan(casentino.pk, 2026)
    with pytest.raises(BadInput) as told:
        services.open_plan(casentino.pk, 26)
    assert told.value.field == "year"
    assert OperatingPlan.objects.count() == 1


def test_what_an_area_plans_is_its_newest_plan_as_it_stands_now(casentino, draft, head):
    assert [each.key for each in queries.planned(casentino)] == [
        each.key for each in draft.actions.all()
    ]
    services.approve(draft.pk, by=head)
    changed = services.new_version(draft.plan_id, note="Senza la serie")
    services.drop_action(changed.pk, "serie-in-tv")
    assert "serie-in-tv" not in [each.key for each in queries.planned(casentino)]
    services.open_plan(casentino.pk, 2027)
    assert queries.planned(casentino) == []


def test_an_action_keeps_its_key_when_it_is_renamed_and_no_other_one_takes_it(draft):
    services.set_action(draft.pk, "serie-in-tv", **{**ACTION, "title": "Serie in streaming"})
    services.drop_action(draft.pk, "serie-in-tv")
    again = services.set_action(draft.pk, **{**ACTION, "title": "Fiera di Monaco"})
    assert again.key == "fiera-di-monaco-2"
    assert draft.actions.count() == 3


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("title", "  "),
        ("channel_kind", "pigeon"),
        ("ends_on", date(2026, 2, 1)),
        ("budget", Amount(-1)),
        ("expected_unit", "smiles"),
    ],
)
def test_a_wrong_action_is_named_by_its_field_and_nothing_is_kept(draft, field, wrong):
    with pytest.raises(BadInput) as told:
        services.set_action(draft.pk, **{**ACTION, field: wrong})
    assert told.value.field == field
    assert draft.actions.count() == 3


def test_an_objective_said_again_replaces_what_was_said(draft):
    services.set_objective(draft.pk, "nights_off_season", target=Decimal(43000))
    services.set_objective(draft.pk, "nights_off_season", target=Decimal(900), market="cn")
    found = {(each.indicator, each.market): each.target for each in draft.objectives.all()}
    assert found["nights_off_season", ""] == 43000
    assert found["nights_off_season", "CN"] == 900
    with pytest.raises(BadInput) as told:
        services.set_objective(draft.pk, "share_outside_ten", target=Decimal(130))
    assert told.value.field == "target"


def test_a_plan_without_actions_is_not_approved(casentino, head):
    version = services.open_plan(casentino.pk, 2027)
    with pytest.raises(BadInput):
        services.approve(version.pk, by=head)


def test_only_the_head_of_the_area_approves(draft, promotion, head, casentino):
    elsewhere = type(casentino).objects.create(kind="ambito", name="Altrove", slug="altrove")
    for somebody in (
        promotion,
        person("editor", "editor", casentino),
        person("stranger", "head", elsewhere),
    ):
        with pytest.raises(PermissionDenied):
            services.approve(draft.pk, by=somebody)
    services.approve(draft.pk, by=head)
    draft.refresh_from_db()
    assert (draft.approved, draft.approved_by) == (True, head)
    fact = Fact.objects.get(kind="plan.approved")
    assert (fact.amount_minor, fact.area, fact.detail["by"]) == (2000000, "casentino", head.pk)


def test_operators_and_readers_write_nothing(draft, guide, casentino):
    for somebody in (
        person("anna", "operator", guide),
        person("editor", "editor", casentino),
        person("analyst", "analyst", casentino),
    ):
        with pytest.raises(PermissionDenied):
            services.set_action(draft.pk, **ACTION, by=somebody)
        with pytest.raises(PermissionDenied):
            services.spend(draft.plan_id, "serie-in-tv", Amount(100), by=somebody)
        with pytest.raises(PermissionDenied):
            services.open_plan(casentino.pk, 2030, by=somebody)


def test_an_approved_version_refuses_every_verb(approved):
    for verb in (
        lambda: services.set_action(approved.pk, **ACTION),
        lambda: services.drop_action(approved.pk, "serie-in-tv"),
        lambda: services.set_objective(approved.pk, "nights", target=Decimal(1)),
        lambda: services.drop_objective(approved.pk, "nights_off_season"),
        lambda: services.approve(approved.pk),
    ):
        with pytest.raises(BadInput, match="nuova versione"):
            verb()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE plan_planversion SET note = 'x'",
        "UPDATE plan_planversion SET approved_at = NULL",
        "DELETE FROM plan_plannedaction",
        "UPDATE plan_plannedaction SET budget_minor = 1",
        "UPDATE plan_objective SET target = 1",
        "INSERT INTO plan_objective (version_id, indicator, market, target, provider)"
        " SELECT id, 'nights', '', 1, '' FROM plan_planversion",
    ],
)
def test_the_database_refuses_a_change_of_what_was_approved(approved, statement):
    with (
        pytest.raises(IntegrityError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_an_action_is_not_smuggled_from_a_draft_into_an_approved_version(approved):
    draft = services.new_version(approved.plan_id, note="Meno fiera")
    services.set_action(draft.pk, **ACTION)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        PlannedAction.objects.filter(version=draft, key="manifesto").update(version=approved)


def test_the_person_who_approved_can_still_be_deleted(approved, head):
    head.delete()
    approved.refresh_from_db()
    assert approved.approved
    assert approved.approved_by is None


def test_a_change_is_a_new_version_copied_from_the_last_one(approved, promotion):
    draft = services.new_version(
        approved.plan_id, note="La fiera si fa più piccola", by=promotion
    )
    assert (draft.number, draft.previous) == (2, approved)
    assert queries.changes(approved, draft) == ()
    fair = draft.actions.get(key="fiera-di-monaco")
    services.set_action(
        draft.pk, fair.key, title=fair.title, channel_kind="fair", market="DE",
        starts_on=fair.starts_on, ends_on=fair.ends_on, budget=Amount(800000),
        owner=fair.owner, expected=fair.expected,
    )  # fmt: skip
    services.drop_objective(draft.pk, "nights_off_season")
    changes = queries.changes(approved, draft)
    assert [(each.key, each.kind) for each in changes] == [
        ("nights_off_season", "dropped"),
        ("fiera-di-monaco", "changed"),
    ]
    (edit,) = changes[1].edits
    assert (edit.name, edit.before, edit.after) == ("budget", Amount(1200000), Amount(800000))
    said = queries.said(changes, "it")
    assert said[1].edits == (("Budget", "12.000,00\xa0€", "8.000,00\xa0€"),)
    assert approved.actions.get(key="fiera-di-monaco").budget_minor == 1200000


def test_there_is_one_draft_at_a_time(approved):
    with pytest.raises(BadInput) as told:
        services.new_version(approved.plan_id, note="  ")
    assert told.value.field == "note"
    services.new_version(approved.plan_id, note="Prima")
    with pytest.raises(BadInput):
        services.new_version(approved.plan_id, note="Seconda")
    assert PlanVersion.objects.count() == 2


def test_spending_is_noted_and_taken_back_but_never_rewritten(approved):
    plan = approved.plan_id
    services.spend(plan, "serie-in-tv", Amount(650000), day=date(2026, 4, 1), note="Troupe")
    services.spend(plan, "serie-in-tv", Amount(-10000), note="Sconto")
    (line,) = [
        each for each in queries.action_lines(approved) if each.action.key == "serie-in-tv"
    ]
    assert line.spent == (Amount(640000),)
    assert (line.left, line.over) == (Amount(-40000), True)
    with (
        pytest.raises(IntegrityError, match="opposite amount"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE plan_spend SET amount_minor = 1")
    facts = Fact.objects.filter(kind="plan.spent")
    assert [each.amount_minor for each in facts] == [650000, -10000]
    assert "Troupe" not in str([each.detail for each in facts])


@pytest.mark.parametrize(
    ("action", "amount"),
    [("nessuna", Amount(1)), ("serie-in-tv", Amount(0)), ("serie-in-tv", Amount(5, "CNY"))],
)
def test_spending_that_cannot_be_is_refused(approved, action, amount):
    with pytest.raises(BadInput):
        services.spend(approved.plan_id, action, amount)


def test_a_published_action_belongs_to_one_planned_action(approved):
    plan = approved.plan_id
    services.link(plan, "serie-in-tv", ["action:7", "action:8"])
    with pytest.raises(BadInput, match="serie-in-tv"):
        services.link(plan, "fiera-di-monaco", ["action:8"])
    services.link(plan, "serie-in-tv", ["action:7"])
    services.link(plan, "fiera-di-monaco", ["action:8"])
    assert queries.linked(approved.plan) == {
        "serie-in-tv": ["action:7"],
        "fiera-di-monaco": ["action:8"],
    }


def test_plans_are_seen_by_the_staff_of_the_area_and_of_those_above(draft, casentino, guide):
    elsewhere = type(casentino).objects.create(kind="ambito", name="Altrove", slug="altrove")
    seen = {
        "analyst": person("a", "analyst", casentino),
        "region": person("r", "head", casentino.parent),
        "elsewhere": person("e", "head", elsewhere),
        "operator": person("o", "operator", guide),
    }
    found = {name: queries.visible_to(user).count() for name, user in seen.items()}
    assert found == {"analyst": 1, "region": 1, "elsewhere": 0, "operator": 0}


def waits_for_a_lock():
    """Say whether anybody in this database waits, as it is now.

    PostgreSQL shows the same activity until a transaction ends, unless told to look again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_an_action_added_while_the_head_approves_waits_and_is_refused(casentino, draft):
    said = []

    def add():
        try:
            PlannedAction.objects.create(version_id=draft.pk, key="tardi", **ACTION)
        except IntegrityError as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    latecomer = Thread(target=add)
    with transaction.atomic():
        services.approve(draft.pk)
        latecomer.start()
        until(waits_for_a_lock, seconds=30, waiting_for="the latecomer at the lock")
    latecomer.join(30)
    assert "never changed" in said[0]
    assert draft.actions.count() == 3
