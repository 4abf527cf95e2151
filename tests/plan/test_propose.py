"""The next plan is proposed from traces, decided by a person, and made of what was accepted."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from belvedere.journal.models import Fact
from belvedere.plan import queries, rules, services
from belvedere.plan.ports import Evidence
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount
from tests.plan.conftest import person

MONEY = st.builds(Amount, st.integers(0, 10**8), st.sampled_from(["EUR", "CNY"]))
ACTIONS = st.lists(
    st.tuples(MONEY, MONEY, st.integers(0, 400), st.lists(MONEY, max_size=2)), max_size=8
)


@given(ACTIONS)
def test_whatever_is_known_the_sums_stay_and_nobody_loses_the_tenth(actions):
    lines = [rules.Line(str(n), budget) for n, (budget, *_rest) in enumerate(actions)]
    known = {
        str(n): Evidence(str(n), spent, orders, tuple(revenue))
        for n, (_budget, spent, orders, revenue) in enumerate(actions)
    }
    found = rules.propose(lines, known)
    after = rules.shifted(lines, found.shifts)
    assert rules.total(after.values()) == rules.total(each.budget for each in lines)
    verdicts = {each.key: each for each in found.verdicts}
    assert list(verdicts) == [each.key for each in lines]
    for line in lines:
        assert after[line.key].minor * 10 >= line.budget.minor
        assert after[line.key].minor <= 2 * line.budget.minor
        if verdicts[line.key].word == "test":
            assert after[line.key] == line.budget, "what isn't proven is left alone"
    for each in found.shifts:
        assert each.amount.minor > 0
        gave, took = known[each.giver], known[each.taker]
        assert gave.spent.minor * took.orders >= 2 * took.spent.minor * gave.orders
        assert min(gave.orders, took.orders) >= rules.FEWEST


def test_two_orders_that_cost_nearly_the_same_move_nothing():
    lines = [rules.Line("a", Amount(1000)), rules.Line("b", Amount(1000))]
    known = {"a": Evidence("a", Amount(1000), 10), "b": Evidence("b", Amount(1000), 19)}
    found = rules.propose(lines, known)
    assert [each.reason for each in found.verdicts] == ["near", "best"]
    assert found.shifts == ()


def test_revenue_in_another_currency_stops_nothing():
    lines = [rules.Line("a", Amount(1000)), rules.Line("b", Amount(1000))]
    known = {
        "a": Evidence("a", Amount(1000), 5, (Amount(99, "CNY"),)),
        "b": Evidence("b", Amount(100), 5, (Amount(900),)),
    }
    found = rules.propose(lines, known)
    assert (found.verdicts[0].word, found.verdicts[0].reason) == ("keep", "dear")
    assert found.shifts[0].amount == Amount(810)


def test_a_proposal_keeps_what_it_was_told(approved, evidence, promotion):
    proposal = services.propose(approved.pk, evidence, by=promotion)
    proposal.refresh_from_db()
    assert [each["word"] for each in proposal.verdicts] == ["stop", "keep", "test"]
    assert proposal.evidence[0]["sources"] == ["b-fair2"]
    assert proposal.evidence[1]["since"] == "2026-01-01"
    (move,) = proposal.moves.all()
    assert (move.giver, move.taker) == ("fiera-di-monaco", "lettera-agli-amici")
    assert move.amount == Amount(200000), "no action receives more than its own budget again"
    assert move.numbers["giver_cost"] == {"minor": 230000, "currency": "EUR"}
    assert move.accepted is None


def test_a_draft_is_not_judged_and_another_plans_actions_are_refused(approved, evidence):
    with pytest.raises(BadInput, match="nessuna"):
        services.propose(approved.pk, [Evidence("nessuna", Amount(0))])
    draft = services.new_version(approved.plan_id, note="Prova")
    with pytest.raises(BadInput):
        services.propose(draft.pk, evidence)


@pytest.fixture
def proposal(approved, evidence):
    """What the traces of 2026 suggest."""
    return services.propose(approved.pk, evidence)


def test_the_next_plan_has_the_accepted_moves_and_a_year_more(proposal, approved, head):
    (move,) = proposal.moves.all()
    services.decide(move.pk, False, by=head)
    services.decide(move.pk, True, by=head)
    services.decide(move.pk, True, by=head)
    version = services.next_version(proposal.pk, by=head)
    budgets = {each.key: each.budget_minor for each in version.actions.all()}
    assert budgets == {
        "fiera-di-monaco": 1000000, "lettera-agli-amici": 400000, "serie-in-tv": 600000,
    }  # fmt: skip
    assert (version.plan.year, version.number, version.previous) == (2027, 1, approved)
    assert version.actions.first().starts_on == date(2027, 2, 28)
    assert not version.approved
    assert version.objectives.count() == 2
    kinds = Fact.objects.filter(kind__startswith="plan.move").values_list("kind", flat=True)
    assert list(kinds) == ["plan.move_refused", "plan.move_accepted"]


def test_a_refused_move_moves_nothing_also_in_the_same_year(proposal, approved):
    (move,) = proposal.moves.all()
    services.decide(move.pk, False)
    version = services.next_version(proposal.pk, year=2026)
    assert (version.plan, version.number) == (approved.plan, 2)
    assert queries.changes(approved, version) == ()


def test_every_move_is_decided_before_and_none_after(proposal):
    (move,) = proposal.moves.all()
    with pytest.raises(BadInput):
        services.next_version(proposal.pk)
    services.decide(move.pk, True)
    with pytest.raises(BadInput):
        services.next_version(proposal.pk, year=2031)
    services.next_version(proposal.pk)
    with pytest.raises(BadInput):
        services.next_version(proposal.pk)
    with pytest.raises(BadInput):
        services.decide(move.pk, False)


def test_a_draft_of_next_year_is_not_overwritten(proposal, casentino):
    services.open_plan(casentino.pk, 2027)
    services.decide(proposal.moves.get().pk, True)
    with pytest.raises(BadInput, match="2027"):
        services.next_version(proposal.pk)


def test_who_only_reads_decides_nothing(proposal, casentino):
    editor = person("editor", "editor", casentino)
    with pytest.raises(PermissionDenied):
        services.decide(proposal.moves.get().pk, True, by=editor)
    with pytest.raises(PermissionDenied):
        services.next_version(proposal.pk, by=editor)
    with pytest.raises(PermissionDenied):
        services.propose(proposal.version_id, [], by=editor)
