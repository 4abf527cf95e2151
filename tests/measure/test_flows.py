"""Reading official counts of guests: one provider, named municipalities, growth every way."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from belvedere.journal.models import Fact
from belvedere.measure import queries, services
from belvedere.measure.models import FlowObservation
from belvedere.measure.rules import Figure, total
from belvedere.shared.errors import BadInput
from belvedere.territory import queries as territory
from belvedere.territory.services import seed as seed_territory


@pytest.fixture
def seeded(db):
    """The territory and the small tables of flows, as they come with Belvedere."""
    seed_territory()
    return services.seed()


@pytest.fixture
def valley(seeded):
    """The Casentino."""
    return territory.area("casentino")


def test_the_seed_has_the_28_areas_of_eleven_years(seeded):
    ambiti = FlowObservation.objects.filter(scope="area", origin="WORLD")
    assert ambiti.count() == 308
    assert ambiti.values("area").distinct().count() == 28
    assert seeded == {"ambiti": 924, "municipalities": 363, "months": 216, "origins": 108}


def test_a_second_seed_changes_nothing_and_tells_nothing(seeded):
    before = list(FlowObservation.objects.order_by("pk").values())
    assert set(services.seed().values()) == {0}
    assert list(FlowObservation.objects.order_by("pk").values()) == before
    assert Fact.objects.filter(kind="flow.seeded").count() == 1


def test_the_seed_asks_for_the_territory_first(db):
    with pytest.raises(BadInput, match="seed_territory"):
        services.seed()


def test_the_casentino_is_shown_three_ways_each_with_its_municipalities(valley):
    growth = queries.growth(valley, 2019, 2024, "istat-municipal")
    published, both, always = growth.ways
    assert (published.first, published.last, published.percent) == (
        175520, 249086, Decimal("41.9"),
    )  # fmt: skip
    assert (len(published.counted_first), len(published.counted_last)) == (8, 11)
    assert (both.first, both.last, both.percent) == (175520, 239078, Decimal("36.2"))
    assert both.counted_first == both.counted_last == published.counted_first
    assert (always.first, always.last, always.percent) == (154394, 213441, Decimal("38.2"))
    assert always.counted_last == (
        "Bibbiena", "Chiusi della Verna", "Poppi", "Pratovecchio Stia", "Subbiano",
    )  # fmt: skip
    assert growth.years == tuple(range(2014, 2025))


def test_nobody_can_choose_the_municipalities_of_growth(valley):
    with pytest.raises(TypeError):
        queries.growth(valley, 2019, 2024, "istat-municipal", municipalities=["051031"])


def test_an_area_without_single_municipalities_grows_only_as_published(seeded):
    growth = queries.growth(territory.area("amiata"), 2019, 2024, "istat-municipal")
    (published,) = growth.ways
    assert published.percent == Decimal("32.0")
    assert "Abbadia San Salvatore" in published.counted_last


def test_masked_municipalities_are_named_beside_the_figure(valley):
    figure = next(
        each
        for each in queries.figures(valley, "istat-municipal")
        if each.period == date(2019, 1, 1)
    )
    assert figure.nights == 175520
    assert figure.hidden == {"051008", "051014", "051038"}
    assert len(figure.counted) == 8


def test_the_sum_of_the_municipalities_is_what_the_table_of_areas_says(valley):
    summed = {each.period: each.nights for each in queries.figures(valley, "istat-municipal")}
    own = FlowObservation.objects.filter(area=valley, origin="WORLD")
    assert summed == dict(own.values_list("period_start", "nights"))


def test_a_province_of_which_few_municipalities_are_known_has_no_figure(seeded):
    assert queries.figures(territory.area("provincia-arezzo"), "istat-municipal") == []


def test_residents_and_foreigners_are_told_apart(valley):
    last = {
        origin: queries.figures(valley, "istat-municipal", origin=origin)[-1].nights
        for origin in ("IT", "WRL_X_ITA", "WORLD")
    }
    assert last == {"IT": 147816, "WRL_X_ITA": 101270, "WORLD": 249086}


def test_guests_from_china_stay_one_night_in_arezzo(seeded):
    found = dict(queries.guests_from("CN", "istat-origin"))
    arezzo = found[territory.area("provincia-arezzo")]
    assert (arezzo.arrivals, arezzo.nights, arezzo.stay) == (21805, 24208, Decimal("1.1"))
    assert len(found) == 10
    assert sum(each.arrivals for each in found.values()) == 372161


def test_each_province_names_its_ten_markets_and_china(seeded):
    lists = {
        area.slug: queries.origins(area, "istat-origin", date(2024, 1, 1))
        for area in territory.provinces()
    }
    codes = {slug: [code for code, _figure in found] for slug, found in lists.items()}
    assert all("DE" in each and "CN" in each for each in codes.values())
    assert {len(each) for each in codes.values()} == {10, 11}
    assert codes["provincia-arezzo"][:3] == ["DE", "US", "NL"]
    assert lists["provincia-arezzo"][0][1].nights == 196027


def test_months_without_arrivals_have_nights_and_no_stay(valley):
    row = FlowObservation.objects.get(
        unit="051031", period_kind="month", period_start=date(2024, 8, 1)
    )
    assert (row.arrivals, row.nights, row.masked) == (None, 27105, False)


class TestTwoProvidersAreNeverAdded:
    @pytest.mark.parametrize("two", [["toscana", "istat-municipal"], ("toscana",), None])
    def test_no_query_takes_two(self, valley, two):
        for ask in (
            lambda: queries.figures(valley, two),
            lambda: queries.growth(valley, 2019, 2024, two),
            lambda: queries.origins(valley, two, date(2024, 1, 1)),
            lambda: queries.guests_from("CN", two),
            lambda: queries.elsewhere("015", two),
            lambda: queries.share_outside_the_ten(valley, 2024, two),
            lambda: queries.nights_off_season(valley, 2024, two),
        ):
            with pytest.raises(BadInput, match="never added"):
                ask()

    def test_nor_does_the_sum(self):
        one = Figure("toscana", "2025", date(2024, 1, 1), 1, 1)
        other = Figure("istat-municipal", "2024", date(2024, 1, 1), 1, 1)
        with pytest.raises(BadInput, match="istat-municipal, toscana"):
            total([one, other])

    def test_what_one_says_leaves_the_other_alone(self, valley):
        before = queries.figures(valley, "istat-municipal")
        poppi = FlowObservation.objects.get(
            unit="051031", period_kind="year", period_start=date(2024, 1, 1), origin="WORLD"
        )
        poppi.pk, poppi.provider, poppi.nights = None, "toscana", 999
        poppi.save()
        assert queries.figures(valley, "istat-municipal") == before
        assert queries.figures(valley, "toscana") == [], "ten municipalities are not known"

    def test_two_vintages_of_one_year_are_not_added_either(self, valley):
        for each in FlowObservation.objects.filter(
            scope="municipality", period_kind="year", period_start=date(2024, 1, 1)
        ):
            each.pk, each.vintage = None, "2025"
            each.arrivals, each.nights = each.arrivals + 1, each.nights + 1
            each.save()
        figure = queries.figures(valley, "istat-municipal")[-1]
        assert (figure.vintage, figure.nights) == ("2025", 249086 + 11)


def test_a_provider_that_lists_origins_has_no_total(valley):
    with pytest.raises(BadInput, match="it has no total"):
        queries.figures(valley, "istat-origin")


def test_a_year_that_is_not_known_is_refused_in_words(valley):
    with pytest.raises(BadInput, match="no figure of Casentino in 1999"):
        queries.growth(valley, 1999, 2024, "istat-municipal")


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "change",
        [
            {},
            {"unit": "x", "masked": True},
            {"unit": "x", "nights": None},
            {"unit": "x", "area": None},
            {"unit": "x", "scope": "municipality"},
        ],
        ids=["twice", "masked with a figure", "neither", "an area without area", "wrong sort"],
    )
    def test_what_contradicts_itself(self, valley, change):
        row = FlowObservation.objects.filter(area=valley).first()
        row.pk = None
        for name, value in change.items():
            setattr(row, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
