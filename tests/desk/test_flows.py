"""The page of flows: every figure with who counted, growth three ways, no causal word."""

from decimal import Decimal

import pytest
from django.urls import reverse

from belvedere.desk.templatetags.desk import change, figure
from belvedere.measure.services import seed
from belvedere.territory import queries as territory
from belvedere.territory.services import seed as seed_territory
from tests.desk.conftest import account
from tests.desk.test_markets import work
from tests.desk.test_pages import come_in

READERS = ["analyst", "head", "promotion"]


@pytest.fixture
def flows(db, casentino):
    """The territory and the flows, as they come with Belvedere."""
    seed_territory()
    seed()
    return reverse("desk:flows")


def test_growth_is_shown_three_ways_with_the_municipalities_named(enter, analyst, flows):
    page = enter(analyst).get(flows)
    ways = page.context["flows"].ways
    assert [str(each.way.percent) for each in ways] == ["41.9", "36.2", "38.2"]
    text = page.content.decode()
    for said in ("+41,9%", "+36,2%", "+38,2%", "249.086", "Castel Focognano, Chitignano"):
        assert said in text
    assert "non si può dire nulla sulle cause" in text


def test_each_figure_says_who_counted_when_and_what_is_masked(enter, analyst, flows):
    text = enter(analyst).get(flows).content.decode()
    for said in ("ISTAT", "edizione 2024", "validati", "coperti da segreto"):
        assert said in text


def test_the_other_areas_stand_beside_it_in_a_table_and_on_the_map(enter, analyst, flows):
    page = enter(analyst).get(flows)
    grown = {each.area.slug: str(each.percent) for _name, each in page.context["sisters"]}
    assert len(grown) == 28
    assert grown["casentino"] == "41.9"
    assert grown["firenze-e-area-fiorentina"] == "-17.6"
    assert page.context["sisters"][0][1].percent == max(
        each.percent for _name, each in page.context["sisters"]
    )
    shades = page.context["shades"]
    assert (shades["casentino"], min(shades.values()), max(shades.values())) == (4, 0, 4)
    text = page.content.decode()
    assert "bv-map-shade-4 bv-map-outlined" in text
    assert "l'ordine non è un giudizio" in text.replace("&#x27;", "'")


def test_the_chart_breaks_where_other_municipalities_are_counted(enter, analyst, flows):
    page = enter(analyst).get(flows)
    apart = [each.figure.period.year for each in page.context["flows"].years if each.apart]
    counted = {each.figure.period.year: each.counted for each in page.context["flows"].years}
    assert apart == [year for year in range(2015, 2025) if counted[year] != counted[year - 1]]
    assert apart, "municipalities come and go"
    text = page.content.decode()
    assert "Il grafico è in preparazione" in text
    assert "La linea è interrotta prima del" in text
    assert "2019 175.520" in page.context["drawing"].alternative
    assert 'class="bars"' not in text


def test_the_chart_is_shown_when_it_is_drawn(enter, analyst, flows, settings, tmp_path):
    settings.HOME = tmp_path
    client = enter(analyst)
    client.get(flows)
    work()
    text = client.get(flows).content.decode()
    assert "Il grafico è in preparazione" not in text
    assert 'role="img" aria-label="Grafico delle presenze per anno: 2014 ' in text


def test_guests_from_china_stand_by_province(enter, head, flows):
    china = enter(head).get(flows).context["china"]
    assert [(name, str(each.stay)) for name, each in china if each.arrivals == 21805] == [
        ("Provincia di Arezzo", "1.1")
    ]
    assert "24.208" in enter(head).get(flows).content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_speaks_the_other_languages(enter, analyst, flows, language):
    text = enter(analyst).get(f"/{language}/desk/flows/").content.decode()
    said = {"en": "no causal statement is possible", "zh-hans": "无法得出任何因果结论"}
    assert said[language] in text


def test_other_years_may_be_chosen_and_a_wrong_order_says_what_is_needed(enter, head, flows):
    client = enter(head)
    growth = client.get(flows, {"first": "2014", "last": "2018"}).context["flows"].growth
    assert (growth.first_year, growth.last_year) == (2014, 2018)
    page = client.get(flows, {"first": "2024", "last": "2019"})
    assert page.context["flows"].growth is None
    assert "servono due anni" in page.content.decode()


@pytest.mark.parametrize(
    "asked", [{"area": "mugello"}, {"area": "x"}, {"provider": "x"}, {"first": "soon"}]
)
def test_another_area_and_nonsense_are_refused(enter, analyst, flows, asked):
    assert enter(analyst).get(flows, asked).status_code == 404


def test_who_works_for_the_region_reads_its_areas_too(enter, flows):
    officer = account("officer", "analyst", territory.area("toscana"))
    page = enter(officer).get(flows, {"area": "mugello"})
    assert page.context["flows"].area.slug == "mugello"
    assert len(page.context["flows"].ways) == 1
    assert "altri due modi" in page.content.decode()


def test_without_figures_it_says_what_to_do(enter, analyst, casentino):
    page = enter(analyst).get(reverse("desk:flows"))
    assert "seed_flows" in page.content.decode()


@pytest.mark.parametrize("who", ["editor", "anna", "stranger"])
def test_other_roles_are_refused(enter, request, flows, guide, who):
    assert enter(request.getfixturevalue(who)).get(flows).status_code == 403


def test_the_navigation_leads_there(enter, analyst, editor, flows):
    home = reverse("desk:results")
    assert flows in enter(analyst).get(home).content.decode()
    assert flows not in enter(editor).get(home).content.decode()


def test_eleven_years_cost_no_more_queries_than_one_area_does(
    enter, analyst, flows, django_assert_max_num_queries
):
    client = enter(analyst)
    client.get(flows)
    # Five of them for the other areas and the map, three to see that the chart is asked for.
    with django_assert_max_num_queries(35):
        client.get(flows)


def test_figures_are_written_as_each_language_writes_them():
    assert (figure(249086, "it"), figure(249086, "en"), figure(None)) == (
        "249.086",
        "249,086",
        "–",
    )
    assert change(Decimal("-17.6"), "it") == "−17,6%"
    assert change(Decimal("41.9"), "zh-Hans") == "+41.9%"


def test_the_page_is_open_to_everybody_who_may_read_it(enter, request, flows):
    for who in READERS:
        assert enter(request.getfixturevalue(who)).get(flows).status_code == 200


@pytest.mark.browser
@pytest.mark.parametrize("prefix", ["", "/zh-hans"])
def test_the_page_holds_on_a_phone_and_for_axe(
    page, axe, live, transactional_db, casentino, prefix
):
    seed_territory()
    seed()
    come_in(page, live, account("analyst", "analyst", casentino))
    assert page.goto(f"{live.url}{prefix}{reverse('desk:flows')}").status == 200
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.locator("h1").count() == 1
    axe(page)
