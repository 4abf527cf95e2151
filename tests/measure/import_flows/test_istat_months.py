"""ISTAT's municipalities by month: nights alone, masked months, and what is never listed."""

from datetime import date

import pytest

from belvedere.measure import queries
from belvedere.measure.models import FlowObservation
from belvedere.territory import queries as territory
from tests.measure.import_flows.conftest import nights


def test_a_month_is_kept_with_its_nights_and_without_arrivals(bring):
    done, _ = bring("months", {})
    row = FlowObservation.objects.get()
    assert (done.created, row.provider, row.vintage) == (1, "istat-municipal", "2024")
    assert (row.period_kind, row.period_start) == ("month", date(2024, 8, 1))
    assert (row.arrivals, row.nights, row.coverage) == (None, 27105, ["051031"])


def test_a_masked_month_is_kept_as_masked(bring):
    bring("months", {"presenze": ""}, {"mese": "9", "presenze": "0"})
    seen = FlowObservation.objects.values_list("period_start__month", "masked", "nights")
    assert set(seen) == {(8, True, None), (9, False, 0)}


def test_a_year_and_its_months_stand_beside_each_other(bring):
    bring("istat", {})
    bring("months", {})
    assert nights(period_kind="year") == 40
    (figure,) = queries.figures(territory.area("casentino"), "istat-municipal") or [None]
    assert figure is None, "ten municipalities are not known"


def test_a_month_of_an_area_has_no_arrivals_and_no_stay(bring):
    valley = territory.area("casentino")
    bring("months", *[{"cod_istat": each.code, "comune": each.name} for each in
                      territory.stays(valley) if each.on(date(2024, 1, 1))])  # fmt: skip
    (figure,) = queries.figures(valley, "istat-municipal", kind="month")
    assert (figure.arrivals, figure.nights, figure.stay) == (None, 11 * 27105, None)


def test_a_merged_municipality_breaks_its_series_in_its_first_month_alone(bring):
    rio = {"cod_istat": "049021", "comune": "Rio", "anno": "2018"}
    bring("months", rio | {"mese": "1"}, rio | {"mese": "2"})
    seen = FlowObservation.objects.values_list("period_start__month", "broken")
    assert set(seen) == {(1, True), (2, False)}


def test_the_same_file_again_changes_nothing(bring):
    bring("months", {}, {"mese": "9"})
    again, _ = bring("months", {}, {"mese": "9"})
    assert (again.created, again.changed, again.unchanged) == (0, 0, 2)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"mese": "13"}, "mese"),
        ({"mese": "Agosto"}, "mese"),
        ({"mese": ""}, "mese"),
        ({"presenze": "molte"}, "presenze"),
        ({"comune": "Bibbiena"}, "cod_istat"),
        ({"comune": ""}, "comune"),
        ({"anno": "24"}, "anno"),
    ],
)
def test_what_is_not_known_is_refused(bring, change, field):
    done, (wrong,) = bring("months", {}, {"mese": "9", **change})
    assert (done.accepted, wrong.field) == (1, field)
