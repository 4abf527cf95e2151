"""What flows say of objectives: a value with who is in it, or the reason why there is none."""

from datetime import date
from decimal import Decimal

import pytest

from belvedere.measure import queries, services
from belvedere.measure.models import FlowObservation
from belvedere.shared.errors import BadInput
from belvedere.territory import queries as territory
from belvedere.territory.models import Area, AreaMunicipality
from belvedere.territory.services import seed as seed_territory

ISTAT = "istat-municipal"


@pytest.fixture
def valley(db):
    """The Casentino, with the flows that come with Belvedere."""
    seed_territory()
    services.seed()
    return territory.area("casentino")


class TestShareOutsideTheTen:
    def test_it_is_of_the_municipalities_that_the_year_shows(self, valley):
        found = queries.share_outside_the_ten(valley, 2024, ISTAT)
        assert (found.value, found.reason) == (Decimal("0.5"), "")
        assert (len(found.counted), found.hidden) == (11, frozenset())
        assert (found.provider, found.year) == (ISTAT, 2024)

    def test_where_ten_or_fewer_are_shown_there_is_none(self, valley):
        found = queries.share_outside_the_ten(valley, 2019, ISTAT)
        assert (found.value, found.reason) == (None, "few")
        assert found.hidden == {"051008", "051014", "051038"}

    def test_an_area_of_no_more_than_ten_has_none(self, valley):
        high = Area.objects.create(kind="ambito", name="Alta valle", slug="alta-valle")
        for each in territory.municipalities(valley)[:5]:
            AreaMunicipality.objects.create(area=high, municipality=each)
        assert queries.share_outside_the_ten(high, 2024, ISTAT).reason == "small"

    def test_an_area_without_single_municipalities_has_none(self, valley):
        amiata = territory.area("amiata")
        assert queries.share_outside_the_ten(amiata, 2024, ISTAT).reason == "nothing"

    def test_a_year_that_nobody_counted_has_none(self, valley):
        assert queries.share_outside_the_ten(valley, 2030, ISTAT).reason == "nothing"
        assert queries.share_outside_the_ten(valley, 2024, "toscana").reason == "nothing"

    def test_single_origins_have_no_share(self, valley):
        with pytest.raises(BadInput, match="it has no total"):
            queries.share_outside_the_ten(valley, 2024, "istat-origin")


class TestNightsOffSeason:
    def test_five_months_of_those_that_all_five_show(self, valley):
        found = queries.nights_off_season(valley, 2024, ISTAT)
        assert (found.value, found.months) == (Decimal(36326), (1, 2, 3, 11, 12))
        assert (len(found.counted), len(found.hidden)) == (6, 5)

    def test_one_masked_month_takes_its_municipality_out(self, valley):
        rows = FlowObservation.objects.filter(unit="051031", period_kind="month")
        rows.filter(period_start=date(2024, 2, 1)).update(masked=True, nights=None)
        found = queries.nights_off_season(valley, 2024, ISTAT)
        assert (found.value, "051031" in found.hidden) == (Decimal(36326 - 11896), True)

    def test_a_year_that_has_not_ended_has_none(self, valley):
        FlowObservation.objects.filter(
            period_kind="month", period_start__gte=date(2024, 11, 1)
        ).delete()
        found = queries.nights_off_season(valley, 2024, ISTAT)
        assert (found.value, found.reason, found.months) == (None, "months", (1, 2, 3))

    def test_an_area_without_months_has_none(self, valley):
        amiata = territory.area("amiata")
        assert queries.nights_off_season(amiata, 2024, ISTAT).reason == "nothing"


def test_the_years_that_show_single_municipalities_are_known(valley):
    assert queries.years_by_municipality(valley, ISTAT)[:2] == [2024, 2023]
    assert queries.years_by_municipality(valley, ISTAT, kind="month") == [2024, 2023, 2022]
    assert queries.years_by_municipality(territory.area("amiata"), ISTAT) == []
