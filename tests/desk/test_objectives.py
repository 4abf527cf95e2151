"""Objectives reckoned from flows: offered, taken with one click, shown where they stand."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from belvedere.desk import queries
from belvedere.measure.models import FlowObservation
from belvedere.measure.services import seed
from belvedere.plan import services as plans
from belvedere.territory import queries as territory
from belvedere.territory.services import seed as seed_territory
from tests.desk.conftest import account
from tests.desk.test_pages import come_in

WINTER = "Calcolato da ISTAT, 2024: 36.326 (6 comuni visibili su 11)"
SHARE = "Calcolato da ISTAT, 2024: 0,5 (11 comuni visibili su 11)"
MONTHS = FlowObservation.objects.filter(period_kind="month")


@pytest.fixture
def draft(db):
    """A draft for the Casentino of 2026, with the flows that come with Belvedere."""
    seed_territory()
    seed()
    version = plans.open_plan(territory.area("casentino").pk, 2026)
    plans.set_objective(version.pk, "share_outside_ten", target=Decimal(2))
    plans.set_objective(version.pk, "nights_off_season", target=Decimal(40000))
    plans.set_objective(version.pk, "nights", market="CN", target=Decimal(900))
    return version


@pytest.fixture
def promotion(draft):
    """The promotion officer of the Casentino."""
    return account("promotion", "promotion", draft.plan.area)


def at(name, version, *rest):
    """Return the address of a page about a version."""
    return reverse(f"desk:{name}", args=[version.plan_id, version.number, *rest])


def test_the_plan_says_where_each_objective_stands(enter, promotion, draft):
    page = enter(promotion).get(at("plan-version", draft))
    told = {each["of"]: each["standings"] for each in page.context["objectives"]}
    assert [each.words for each in told["share_outside_ten"]] == [SHARE]
    assert [each.words for each in told["nights_off_season"]] == [WINTER]
    assert told["nights:CN"] == [], "flows of an area don't tell markets apart"
    assert page.content.decode().count('name="take"') == 2


def test_one_click_fills_the_form_and_keeps_nothing(enter, promotion, draft):
    client, url = enter(promotion), at("plan-objective-of", draft, "nights_off_season")
    page = client.post(url, {"take": "nights_off_season:istat-municipal", "target": "41.000"})
    text = page.content.decode()
    assert 'value="36326"' in text
    assert 'value="ISTAT 2024, 6 comuni visibili su 11"' in text
    assert 'value="41.000"' in text, "what was typed stays"
    assert draft.objectives.get(indicator="nights_off_season").baseline is None
    client.post(url, {name: page.context["form"][name].value() for name in
                      ("baseline", "provider", "target")})  # fmt: skip
    kept = draft.objectives.get(indicator="nights_off_season")
    assert (kept.baseline, kept.target) == (36326, 41000)
    assert kept.provider == "ISTAT 2024, 6 comuni visibili su 11"
    again = client.get(at("plan-version", draft)).content.decode()
    assert again.count('name="take"') == 1, "what was taken is not offered again"


def test_a_new_objective_is_begun_from_what_flows_say(enter, promotion, draft):
    client, url = enter(promotion), at("plan-objective", draft)
    offers = client.get(url).context["offers"]
    assert {each.indicator for each, _title in offers} == {
        "share_outside_ten", "nights_off_season", "arrivals", "nights", "stay",
    }  # fmt: skip
    form = client.post(url, {"take": "stay:istat-municipal"}).context["form"]
    assert (form["indicator"].value(), form["baseline"].value()) == ("stay", "3,1")


def test_what_is_not_offered_cannot_be_taken(enter, promotion, draft):
    client, url = enter(promotion), at("plan-objective-of", draft, "nights_off_season")
    page = client.post(url, {"take": "nights:istat-municipal", "target": "41.000"})
    assert page.context["taken"] is None
    assert page.context["form"]["baseline"].value() is None


def test_where_it_cannot_be_reckoned_the_reason_stands(enter, promotion, draft):
    MONTHS.filter(period_start__gte=date(2024, 11, 1)).delete()
    MONTHS.filter(period_start__year__lt=2024).delete()
    url = at("plan-objective-of", draft, "nights_off_season")
    text = enter(promotion).get(url).content.decode()
    assert "Non si può calcolare da ISTAT, 2024: manca un mese" in text
    assert 'name="take"' not in text


def test_a_year_that_is_not_whole_leaves_the_one_before(draft):
    MONTHS.filter(period_start__gte=date(2024, 11, 1)).delete()
    (found,) = queries.standings(draft.plan.area, 2026, "it", ["nights_off_season"])
    assert found.reckoned.year == 2023


def test_no_year_after_the_plans_own_is_taken(draft):
    (found,) = queries.standings(draft.plan.area, 2022, "en", ["nights_off_season"])
    assert found.reckoned.year == 2022


def test_two_providers_stand_beside_each_other(draft):
    rows = FlowObservation.objects.filter(
        scope="municipality", period_kind="year", period_start=date(2024, 1, 1)
    )
    for each in rows:
        each.pk, each.provider, each.nights = None, "toscana", 10
        each.save()
    found = queries.standings(draft.plan.area, 2026, "en", ["share_outside_ten"])
    assert [(each.provider.key, str(each.reckoned.value)) for each in found] == [
        ("istat-municipal", "0.5"), ("toscana", "9.1"),
    ]  # fmt: skip


def test_the_heads_page_says_where_objectives_stand_and_what_nobody_knows(enter, draft):
    area = draft.plan.area
    head = account("head", "head", area)
    know = [each.words for each in queries.head(head, area, 2026, "it").know]
    assert any(
        "2 percento delle presenze a fine anno" in each and SHARE in each for each in know
    )
    assert any("40.000 presenze a fine anno" in each and WINTER in each for each in know)
    rows = FlowObservation.objects.filter(scope="municipality", period_kind="year")
    rows.filter(unit="051008").update(masked=True, arrivals=None, nights=None)
    cannot = [each.words for each in queries.head(head, area, 2026, "it").cannot]
    assert any("solo 10 comuni su 11 sono visibili" in each for each in cannot)


def test_the_heads_paper_is_still_one_page_with_objectives(enter, draft):
    from io import BytesIO

    from pypdf import PdfReader

    client = enter(account("head", "head", draft.plan.area))
    paper = client.get(reverse("desk:head-paper", args=["casentino", 2026, "it"]))
    assert len(PdfReader(BytesIO(paper.content)).pages) == 1


def test_the_plan_needs_no_more_queries_for_more_objectives_of_one_kind(
    enter, promotion, draft, django_assert_max_num_queries
):
    client = enter(promotion)
    client.get(at("plan-version", draft))
    with django_assert_max_num_queries(60):
        client.get(at("plan-version", draft))


@pytest.mark.browser
@pytest.mark.parametrize("prefix", ["", "/zh-hans"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_click_takes_it_and_enter_does_not(
    open_page, axe, live, transactional_db, draft, prefix, width
):
    page = open_page(width=width)
    come_in(page, live, account("ada", "promotion", draft.plan.area))
    page.goto(live.url + prefix + at("plan-version", draft))
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    axe(page)
    page.goto(live.url + prefix + at("plan-objective-of", draft, "nights_off_season"))
    page.locator("[name=take]").click()
    assert page.input_value("[name=baseline]") == "36326"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    axe(page)
    page.fill("[name=baseline]", "36000")
    page.press("[name=baseline]", "Enter")
    page.wait_for_url(lambda url: url.endswith(at("plan-version", draft)))
    assert draft.objectives.get(indicator="nights_off_season").baseline == 36000
