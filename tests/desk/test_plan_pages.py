"""The pages of a plan in a browser: accessible, no wider than a phone, also in Chinese."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from belvedere.plan import services as plans
from belvedere.plan.ports import Evidence
from belvedere.shared.money import Amount
from tests.desk.conftest import account
from tests.desk.test_pages import come_in

pytestmark = pytest.mark.browser


@pytest.fixture
def loop(live, transactional_db, casentino):
    """A plan of 2026 that was approved, judged, and made into the draft of 2027."""
    first = plans.open_plan(casentino.pk, 2026)
    plans.set_objective(first.pk, "share_outside_ten", target=Decimal("24.5"))
    for title, kind in (("Fiera di Monaco", "fair"), ("Lettera agli amici", "newsletter")):
        plans.set_action(
            first.pk, title=title, channel_kind=kind, market="DE", starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31), budget=Amount(1200000), expected=Decimal(40),
        )  # fmt: skip
    plans.approve(first.pk)
    plans.spend(first.plan_id, "fiera-di-monaco", Amount(1250000), note="Stand")
    proposal = plans.propose(
        first.pk,
        [
            Evidence("fiera-di-monaco", Amount(1250000), 4, (Amount(10000),)),
            Evidence("lettera-agli-amici", Amount(100000), 12, (Amount(90000),)),
        ],
    )
    open_one = plans.propose(first.pk, [])
    for move in proposal.moves.all():
        plans.decide(move.pk, True)
    return first, plans.next_version(proposal.pk), proposal, open_one


@pytest.mark.parametrize("prefix", ["", "/zh-hans"])
def test_the_pages_of_a_plan_hold_on_a_phone_and_for_axe(
    page, axe, live, loop, casentino, prefix
):
    first, draft, proposal, open_one = loop
    come_in(page, live, account("head", "head", casentino))
    of = [draft.plan_id, draft.number]
    paths = [
        reverse("desk:plans"),
        reverse("desk:plan", args=[first.plan_id]),
        reverse("desk:plan-version", args=[first.plan_id, 1]),
        reverse("desk:plan-version", args=of),
        reverse("desk:plan-diff", args=[first.pk, draft.pk]),
        reverse("desk:plan-objective", args=of),
        reverse("desk:plan-objective-of", args=[*of, "share_outside_ten"]),
        reverse("desk:plan-action-of", args=[*of, "fiera-di-monaco"]),
        reverse("desk:planned-action", args=[first.plan_id, "fiera-di-monaco"]),
        reverse("desk:proposal-of-plan", args=[proposal.pk]),
        reverse("desk:proposal-of-plan", args=[open_one.pk]),
    ]
    for path in paths:
        answer = page.goto(live.url + prefix + path)
        assert answer.status == 200, path
        width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, f"{path} is wider than the phone"
        assert page.locator("h1").count() == 1, path
        axe(page)
