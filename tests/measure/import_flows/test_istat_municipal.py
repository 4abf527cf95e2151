"""ISTAT's municipalities by year: each trap, and the second run."""

from datetime import date

import pytest

from belvedere.journal.models import Fact
from belvedere.measure import imports, queries
from belvedere.measure.models import FlowObservation, Quarantined
from belvedere.shared.errors import BadInput
from belvedere.territory import queries as territory
from tests.measure.import_flows.conftest import MASKED, nights


def test_a_row_becomes_observations_by_origin_and_kind(bring):
    done, _ = bring("istat", {})
    assert (done.accepted, done.created) == (1, 9)
    row = FlowObservation.objects.get(origin="WRL_X_ITA", accommodation="ALL")
    assert (row.arrivals, row.nights, row.status) == (5, 10, "validated")
    assert (row.vintage, row.period_kind, row.coverage) == ("2024", "year", ["051031"])
    assert row.municipality.name == "Poppi"


def test_a_subtotal_is_left_out_because_it_would_count_guests_twice(bring):
    done, (one, two) = bring(
        "istat", {}, {"comune": "", "cod_istat": "051"}, {"comune": " ", "provincia": ""}
    )
    assert done.accepted == 1
    assert "subtotal" in one.reason
    assert (two.row, two.field) == (4, "comune")
    assert Quarantined.objects.count() == 2


def test_a_masked_row_is_kept_as_masked(bring):
    done, _ = bring("istat", MASKED)
    assert done.accepted == 1
    assert FlowObservation.objects.filter(masked=True, nights=None).count() == 9


def test_a_masked_split_leaves_the_total_standing(bring):
    bring("istat", {})
    assert nights() == 40
    assert FlowObservation.objects.get(origin="IT", accommodation="OTHER").masked


def test_a_municipality_that_was_merged_has_no_row_after_and_may_be_empty(bring):
    done, left_out = bring(
        "istat",
        {"cod_istat": "052014", "comune": "Montalcino", "anno": "2016"},
        MASKED | {"cod_istat": "052014", "comune": "Montalcino", "anno": "2017"},
        {"cod_istat": "052037", "comune": "Montalcino", "anno": "2017"},
        MASKED | {"cod_istat": "052037", "comune": "Montalcino", "anno": "2016"},
    )
    assert (done.accepted, left_out) == (4, [])
    seen = FlowObservation.objects.filter(origin="WORLD", accommodation="ALL")
    assert set(seen.values_list("unit", "period_start__year", "broken")) == {
        ("052014", 2016, False),
        ("052037", 2017, True),
    }


def test_figures_of_a_municipality_that_was_no_more_are_left_out(bring):
    _, (wrong,) = bring(
        "istat", {"cod_istat": "048003", "comune": "Barberino Val d'Elsa", "anno": "2020"}
    )
    assert "048003 (Barberino Val d'Elsa) was no more in 2020" in wrong.reason


def test_growth_over_a_merger_compares_the_parts_with_the_whole(bring):
    chianti = territory.area("chianti")
    rows = []
    for year, masked in ((2018, "048003"), (2019, "")):
        day = date(year, 1, 1)
        for each in territory.stays(chianti):
            if each.on(day):
                empty = MASKED if each.code == masked else {}
                rows.append(
                    empty | {"cod_istat": each.code, "comune": each.name, "anno": str(year)}
                )
    bring("istat", *rows)
    published, both, _ = queries.growth(chianti, 2018, 2019, "istat-municipal").ways
    assert "Tavarnelle Val di Pesa" in published.counted_first
    assert "Barberino Tavarnelle" in published.counted_last
    assert "Barberino Tavarnelle" not in both.counted_last, "one of its parts is masked"
    assert "Tavarnelle Val di Pesa" not in both.counted_first


def test_other_municipalities_are_coverage_and_no_area(bring):
    areas = territory.area_keys()
    bring("istat", {"cod_istat": "046777", "comune": "Altri comuni della provincia di LUCCA"})
    assert territory.area_keys() == areas
    rest = FlowObservation.objects.get(scope="remainder", origin="WORLD", accommodation="ALL")
    assert (rest.unit, rest.area.slug, rest.municipality) == (
        "046777",
        "provincia-lucca",
        None,
    )
    assert FlowObservation.objects.filter(masked=True, unit="046017").exists()


def test_the_rest_counts_for_the_province_and_for_no_ambito(bring):
    lucca = territory.area("provincia-lucca")
    rows = [
        {"cod_istat": each.code, "comune": each.name}
        for each in territory.stays(lucca)
        if each.on(date(2024, 1, 1)) and each.code != "046034"
    ]
    bring("istat", *rows, {"cod_istat": "046777", "comune": "Altri comuni di LUCCA"})
    (figure,) = queries.figures(lucca, "istat-municipal")
    assert (figure.nights, figure.rest) == (40 * len(rows) + 40, 40)
    assert figure.hidden == {"046034"}
    (piana,) = queries.figures(territory.area("piana-di-lucca"), "istat-municipal")
    assert (piana.nights, piana.rest) == (40 * len(piana.counted), 0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"pre_tot": "forty"}, "pre_tot"),
        ({"pre_tot": "41"}, "pre_tot"),
        ({"pre_tot": "-1"}, "pre_tot"),
        ({"arr_tot": ""}, "arr_tot"),
        ({"anno": "24"}, "anno"),
        ({"cod_istat": "Poppi"}, "cod_istat"),
        ({"comune": "Bibbiena"}, "cod_istat"),
        ({"cod_istat": "099777", "comune": "Altri comuni"}, "cod_istat"),
    ],
)
def test_a_wrong_field_costs_its_row_alone(bring, change, field):
    done, (wrong,) = bring("istat", {"cod_istat": "051004", "comune": "Bibbiena"}, change)
    assert (done.accepted, wrong.row, wrong.field) == (1, 3, field)
    assert Quarantined.objects.get().content["comune"] == change.get("comune", "Poppi")


def test_the_same_key_twice_keeps_one_and_two_figures_keep_none(bring):
    bibbiena = {"cod_istat": "051004", "comune": "Bibbiena"}
    done, left_out = bring(
        "istat", {}, {}, bibbiena, bibbiena | {"pre_tot": "50", "pre_tot_res": "40"}
    )
    assert (done.accepted, len(left_out)) == (1, 3)
    assert not FlowObservation.objects.filter(unit="051004").exists()


def test_a_correction_changes_and_the_same_file_does_not(bring):
    bring("istat", {})
    again, _ = bring("istat", {})
    assert (again.created, again.changed, again.unchanged) == (0, 0, 9)
    mended, _ = bring("istat", {"pre_tot": "41", "pre_tot_res": "31"})
    assert (mended.created, mended.changed) == (0, 2)
    assert nights() == 41
    assert Fact.objects.filter(kind="flow.imported").count() == 2


def test_a_file_with_a_year_more_stands_beside_the_old_one(bring):
    bring("istat", {})
    bring("istat", {"pre_tot": "41", "pre_tot_res": "31"}, {"anno": "2025"})
    assert nights(vintage="2024") == 40
    assert nights(vintage="2025", period_start=date(2024, 1, 1)) == 41


def test_a_column_that_lacks_is_named(tuscany, tmp_path):
    path = tmp_path / "short.csv"
    path.write_text("cod_istat,comune\n051031,Poppi\n", encoding="utf-8")
    with pytest.raises(BadInput, match="provincia"):
        imports.istat_municipal(path, dry_run=False, report=lambda each: None)
