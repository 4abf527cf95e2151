"""The operating plan on the desk: written, approved, spent, judged, and made anew."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse

from belvedere.journal import services as journal
from belvedere.journal.models import Source
from belvedere.plan import queries as stored
from belvedere.plan import services as plans
from belvedere.plan.models import OperatingPlan, Proposal
from belvedere.publish import services as publish
from belvedere.shared import clock
from belvedere.shared.money import Amount
from tests.desk.conftest import account

YEAR = clock.today().year
ACTION = {
    "title": "Manifesto alla fiera di Monaco", "channel_kind": "fair", "market": "DE",
    "starts_on": f"{YEAR}-03-01", "ends_on": f"{YEAR}-03-31", "budget": "4.500,50",
    "owner": "Ufficio promozione", "expected": "40", "expected_unit": "bookings",
}  # fmt: skip


@pytest.fixture
def draft(casentino):
    """This year's plan, with a poster at a fair, a letter and a series on TV."""
    version = plans.open_plan(casentino.pk, YEAR)
    plans.set_objective(version.pk, "share_outside_ten", target=Decimal("24.5"))
    for title, kind in (("Fiera", "fair"), ("Lettera", "newsletter"), ("Serie", "tv")):
        plans.set_action(
            version.pk, title=title, channel_kind=kind, starts_on=date(YEAR, 1, 1),
            ends_on=date(YEAR, 12, 31), budget=Amount(100000),
        )  # fmt: skip
    return version


@pytest.fixture
def approved(draft):
    """The same, approved."""
    return plans.approve(draft.pk)


@pytest.fixture
def sold(casentino, walk, approved):
    """A year's sales: four orders by the fair's poster, ten by the letter, two by nothing."""
    campaign = publish.open_campaign(
        casentino.pk, goal="Treno", starts_on=date(YEAR, 1, 1), ends_on=date(YEAR, 12, 31),
        texts={"it": {"title": "Casentino in treno"}},
    )  # fmt: skip
    codes = {"": ""}
    for key, kind in (("fiera", "poster"), ("lettera", "newsletter")):
        action = publish.plan_action(campaign.pk, kind=kind, title=f"{key} pubblicata")
        publish.create_piece(
            action.pk, title="Bosco", product_id=walk.pk, placements=[f"a {key}"]
        )
        plans.link(approved.plan_id, key, [f"action:{action.pk}"])
        codes[key] = Source.objects.get(placement=f"a {key}").code
    number = 0
    for key, orders in (("fiera", 4), ("lettera", 10), ("", 2)):
        for _ in range(orders):
            number += 1
            for step in ("held", "paid"):
                journal.record(
                    f"sale.{step}", f"order:{number}", source=codes[key], product=walk.slug,
                    quantity=1, amount=Amount(2500) if step == "paid" else None,
                )  # fmt: skip
    plans.spend(approved.plan_id, "fiera", Amount(80000))
    plans.spend(approved.plan_id, "lettera", Amount(20000))
    return codes


def at(name, version, *rest):
    """Return the address of a page about a version."""
    return reverse(f"desk:{name}", args=[version.plan_id, version.number, *rest])


def test_a_plan_is_opened_written_and_approved(enter, promotion, head, casentino):
    client = enter(promotion)
    answer = client.post(reverse("desk:plans"), {"area": casentino.pk, "year": "2031"})
    version = OperatingPlan.objects.get(year=2031).versions.get()
    assert answer["Location"] == at("plan-version", version)
    client.post(
        at("plan-objective", version),
        {
            "indicator": "nights_off_season",
            "market": "",
            "baseline": "38.120",
            "target": "42.000",
        },
    )
    client.post(at("plan-action", version), ACTION)
    objective, action = version.objectives.get(), version.actions.get()
    assert (objective.baseline, objective.target) == (38120, 42000)
    assert (action.budget, action.expected) == (Amount(450050), 40)
    assert client.post(at("plan-approve", version)).status_code == 403
    page = enter(head).post(at("plan-approve", version), follow=True).content.decode()
    version.refresh_from_db()
    assert version.approved
    assert "approvata" in page
    assert at("plan-action-of", version, action.key) not in page


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("title", ""), ("ends_on", f"{YEAR}-02-01"), ("budget", "tanti"), ("expected", "molti")],
)
def test_a_wrong_field_is_named_and_nothing_typed_is_lost(
    enter, promotion, draft, field, wrong
):
    page = enter(promotion).post(at("plan-action", draft), {**ACTION, field: wrong})
    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    text = page.content.decode()
    assert f'id="id_{field}_error"' in text
    kept = {**ACTION, field: wrong}
    assert all(
        f'value="{kept[each]}"' in text for each in ("title", "budget", "owner") if kept[each]
    )
    assert draft.actions.count() == 3


def test_a_draft_is_changed_and_shows_as_typed(enter, promotion, draft):
    client, url = enter(promotion), at("plan-action-of", draft, "fiera")
    assert 'value="1000"' in client.get(url).content.decode()
    client.post(url, {**ACTION, "title": "Fiera grande", "budget": "1200"})
    action = draft.actions.get(key="fiera")
    assert (action.title, action.budget) == ("Fiera grande", Amount(120000))
    client.post(url, {"drop": "1"})
    assert not draft.actions.filter(key="fiera").exists()
    aim = at("plan-objective-of", draft, "share_outside_ten")
    assert 'value="24,5"' in client.get(aim).content.decode()
    client.post(aim, {"indicator": "nights", "market": "CN", "target": "25"})
    assert [(each.indicator, each.target) for each in draft.objectives.all()] == [
        ("share_outside_ten", 25)
    ]
    page = client.post(
        at("plan-objective", draft), {"indicator": "share_outside_ten", "target": "30"}
    )
    assert "indicator" in page.context["form"].errors
    client.post(aim, {"drop": "1"})
    assert draft.objectives.count() == 0


def test_an_approved_version_offers_no_form(enter, head, approved):
    client = enter(head)
    for url in (
        at("plan-action", approved), at("plan-action-of", approved, "fiera"),
        at("plan-objective", approved),
    ):  # fmt: skip
        assert client.post(url, ACTION).status_code == 404
    assert approved.actions.count() == 3


def test_spending_is_noted_and_stands_beside_the_plan(enter, promotion, approved):
    client = enter(promotion)
    url = reverse("desk:planned-action", args=[approved.plan_id, "fiera"])
    page = client.post(url, {"amount": "molto", "day": f"{YEAR}-03-02", "note": "Stampa"})
    assert list(page.context["form"].errors) == ["amount"]
    assert 'value="Stampa"' in page.content.decode()
    client.post(url, {"amount": "1.100", "day": f"{YEAR}-03-02", "note": "Stampa"})
    client.post(url, {"amount": "-50", "day": f"{YEAR}-03-03", "note": "Sconto"})
    line = client.get(url).context["line"]
    assert (line.spent, line.over) == ((Amount(105000),), True)
    assert "oltre il budget" in client.get(at("plan-version", approved)).content.decode()


def test_a_published_action_is_chosen_for_a_planned_one(enter, promotion, approved, sold):
    client = enter(promotion)
    url = reverse("desk:planned-action", args=[approved.plan_id, "serie"])
    ((taken, _label), *_rest) = client.get(url).context["choices"]
    page = client.post(url, {"links": "1", "subjects": [taken]})
    assert "subjects" in page.context["form"].errors, "it would count twice"
    owner = next(key for key, of in stored.linked(approved.plan).items() if taken in of)
    client.post(reverse("desk:planned-action", args=[approved.plan_id, owner]), {"links": "1"})
    client.post(url, {"links": "1", "subjects": [taken]})
    assert stored.linked(approved.plan)["serie"] == [taken]


def test_the_proposal_counts_as_sql_does_and_a_person_decides(enter, head, approved, sold):
    client = enter(head)
    client.post(at("plan-propose", approved))
    proposal = Proposal.objects.get()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT subject), sum(amount_minor) FROM journal_fact"
            " WHERE kind = 'sale.paid' AND source = %s",
            [sold["fiera"]],
        )
        orders, minor = cursor.fetchone()
    told = proposal.evidence[0]
    assert (told["action"], told["orders"]) == ("fiera", orders)
    assert told["revenue"] == [{"minor": int(minor), "currency": "EUR"}]
    assert told["grade"] == "D"
    url = reverse("desk:proposal-of-plan", args=[proposal.pk])
    page = client.get(url)
    shown = page.context["shown"]
    assert [(each.title, each.word) for each in shown.verdicts] == [
        ("Fiera", "stop"), ("Lettera", "keep"), ("Serie", "test"),
    ]  # fmt: skip
    (line,) = shown.moves
    assert (line.move.amount, line.giver, line.taker) == (Amount(90000), "Fiera", "Lettera")
    assert "200,00\xa0€" in line.reason
    assert "20,00\xa0€" in line.reason
    assert "non è un effetto" in page.content.decode()
    next_url = reverse("desk:proposal-next", args=[proposal.pk])
    client.post(next_url)
    assert not OperatingPlan.objects.filter(year=YEAR + 1).exists(), "nothing is decided yet"
    client.post(reverse("desk:plan-move", args=[line.move.pk]), {"accepted": "yes"})
    shown = client.get(url).context["shown"]
    assert shown.before == shown.after == (Amount(300000),)
    answer = client.post(next_url, {"when": "next"}, follow=True)
    version = OperatingPlan.objects.get(year=YEAR + 1).versions.get()
    assert answer.redirect_chain[-1][0] == at("plan-version", version)
    assert {each.key: each.budget_minor for each in version.actions.all()} == {
        "fiera": 10000, "lettera": 190000, "serie": 100000,
    }  # fmt: skip
    diff = client.get(reverse("desk:plan-diff", args=[approved.pk, version.pk]))
    assert [each.title for each in diff.context["changes"]][:1] == ["Fiera"]


def test_a_new_version_is_made_and_compared(enter, promotion, approved):
    client = enter(promotion)
    url = reverse("desk:plan", args=[approved.plan_id])
    assert "note" in client.post(url, {"note": ""}).context["form"].errors
    client.post(url, {"note": "Senza televisione"})
    draft = stored.latest(approved.plan)
    client.post(at("plan-action-of", draft, "serie"), {"drop": "1"})
    page = client.get(reverse("desk:plan-diff", args=[approved.pk, draft.pk]))
    assert [(each.kind, each.title) for each in page.context["changes"]] == [
        ("dropped", "Serie")
    ]


def test_the_plan_is_taken_away_as_pdf(enter, analyst, approved):
    client = enter(analyst)
    for language in ("it", "en"):
        answer = client.get(at("plan-pdf", approved, language))
        assert answer.content.startswith(b"%PDF")
    assert client.get(at("plan-pdf", approved, "fr")).status_code == 404


READERS, WRITERS = {"head", "promotion", "editor", "analyst"}, {"head", "promotion"}


@pytest.mark.parametrize("who", ["analyst", "anna", "editor", "head", "promotion", "stranger"])
def test_each_role_reads_writes_and_approves_only_what_it_may(
    enter, request, who, approved, sold
):
    proposal = plans.propose(approved.pk, [])
    draft = plans.new_version(approved.plan_id, note="Prova")
    client = enter(request.getfixturevalue(who))
    reads = [
        reverse("desk:plans"), reverse("desk:plan", args=[draft.plan_id]),
        at("plan-version", draft), at("plan-pdf", draft, "it"),
        reverse("desk:plan-diff", args=[approved.pk, draft.pk]),
        reverse("desk:planned-action", args=[draft.plan_id, "fiera"]),
        reverse("desk:proposal-of-plan", args=[proposal.pk]),
    ]  # fmt: skip
    for url in reads:
        assert client.get(url).status_code == (200 if who in READERS else 403), url
    writes = [
        (at("plan-action", draft), ACTION),
        (at("plan-objective", draft), {"indicator": "nights", "target": "5"}),
        (reverse("desk:planned-action", args=[draft.plan_id, "fiera"]), {"amount": "5"}),
        (at("plan-propose", approved), {}),
        (reverse("desk:proposal-next", args=[proposal.pk]), {}),
    ]
    for url, typed in writes:
        status = client.post(url, typed).status_code
        assert (status in (200, 302)) if who in WRITERS else status == 403, url
    assert client.post(at("plan-approve", draft)).status_code == (302 if who == "head" else 403)


def test_another_areas_plan_does_not_exist(enter, approved, casentino):
    proposal = plans.propose(approved.pk, [])
    elsewhere = type(casentino).objects.create(kind="ambito", name="Altrove", slug="altrove")
    client = enter(account("altra", "head", elsewhere))
    assert client.get(reverse("desk:plans")).context["rows"] == []
    for url in (
        reverse("desk:plan", args=[approved.plan_id]), at("plan-version", approved),
        at("plan-pdf", approved, "it"), reverse("desk:proposal-of-plan", args=[proposal.pk]),
        reverse("desk:plan-diff", args=[approved.pk, approved.pk]),
        reverse("desk:planned-action", args=[approved.plan_id, "fiera"]),
    ):  # fmt: skip
        assert client.get(url).status_code == 404, url
    for url in (at("plan-approve", approved), at("plan-propose", approved)):
        assert client.post(url).status_code == 404, url
    assert (
        client.post(reverse("desk:plans"), {"area": casentino.pk, "year": "2031"})
        .context["form"]
        .errors
    )


def test_the_list_needs_the_same_queries_for_one_and_for_many(
    enter, analyst, approved, casentino, django_assert_max_num_queries
):
    for year in range(2050, 2056):
        plans.open_plan(casentino.pk, year)
    client = enter(analyst)
    with django_assert_max_num_queries(16):
        client.get(reverse("desk:plans"))
