"""The files as they are published: they come in whole, and say what their offices say."""

from collections import Counter
from pathlib import Path

import pytest

from belvedere.measure import imports, queries, services
from belvedere.measure.models import FlowObservation
from belvedere.territory import queries as territory

SHARED = Path(__file__).parents[4] / "shared/data/flows"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the real files of flows are not here"),
]


@pytest.mark.parametrize(
    ("importer", "name", "rows", "left_out", "observations"),
    [
        (
            imports.istat_municipal,
            "toscana_comuni_anno_2014_2024_istat.csv",
            3124,
            0,
            27234,
        ),
        (
            imports.istat_months,
            "toscana_comuni_mese_presenze_2022_2024_istat.csv",
            8316,
            0,
            8316,
        ),
        (imports.toscana, "raw_toscana_movimento_comune_anno_2018_2025.csv", 2170, 0, 6498),
        (
            imports.origin_province,
            "toscana_provincia_provenienza_2024_istat.csv",
            9660,
            0,
            4830,
        ),
        (
            imports.lombardia,
            "raw_lombardia_flussi_provincia_mese_provenienza_2019_2024.csv",
            64285,
            2,
            192849,
        ),
    ],
)
def test_they_come_in_whole_and_a_second_run_changes_nothing(
    tuscany, importer, name, rows, left_out, observations
):
    done = importer(SHARED / name, dry_run=False, report=lambda each: None)
    assert (done.rows, done.quarantined, done.created) == (rows, left_out, observations)
    again = importer(SHARED / name, dry_run=False, report=lambda each: None)
    assert (again.created, again.changed, again.unchanged) == (0, 0, observations)


def test_the_seed_says_what_the_files_say(tuscany):
    services.seed()
    for importer, name, created in (
        (imports.istat_municipal, "toscana_comuni_anno_2014_2024_istat.csv", 27234 - 363),
        (imports.origin_province, "toscana_provincia_provenienza_2024_istat.csv", 4830 - 108),
        (imports.istat_months, "toscana_comuni_mese_presenze_2022_2024_istat.csv", 8316 - 216),
    ):
        done = importer(SHARED / name, dry_run=False, report=lambda each: None)
        assert (done.created, done.changed) == (created, 0)


def test_the_regions_totals_are_those_that_it_publishes(tuscany):
    name = "raw_toscana_movimento_comune_anno_2018_2025.csv"
    imports.toscana(SHARED / name, dry_run=False, report=lambda each: None)
    found = queries.figures(territory.area("toscana"), "toscana")
    seen = {each.period.year: round((each.nights or 0) / 1e6, 2) for each in found}
    assert (seen[2019], seen[2020], seen[2024], seen[2025]) == (48.41, 22.01, 45.71, 45.77)
    assert all(len(each.counted) == 273 for each in found if each.period.year > 2018)


def test_the_leaves_of_istat_are_the_regions_total(tuscany):
    name = "toscana_comuni_anno_2014_2024_istat.csv"
    imports.istat_municipal(SHARED / name, dry_run=False, report=lambda each: None)
    last = queries.figures(territory.area("toscana"), "istat-municipal")[-1]
    assert last.nights == 46220821
    ways = queries.growth(territory.area("casentino"), 2019, 2024, "istat-municipal").ways
    assert [str(each.percent) for each in ways] == ["41.9", "36.2", "38.2"]


def test_milan_counted_the_guests_from_china_that_the_sources_name(tuscany):
    name = "raw_lombardia_flussi_provincia_mese_provenienza_2019_2024.csv"
    imports.lombardia(SHARED / name, dry_run=False, report=lambda each: None)
    found = queries.elsewhere("015", "lombardia", origin="CN")
    years = {}
    for each in found:
        years[each.period.year] = years.get(each.period.year, 0) + each.nights
    assert (years[2019], years[2021], years[2024]) == (730085, 47317, 587147)


@pytest.fixture
def years_and_months(tuscany):
    """ISTAT's municipalities, by year and by month."""
    for importer, name in (
        (imports.istat_municipal, "toscana_comuni_anno_2014_2024_istat.csv"),
        (imports.istat_months, "toscana_comuni_mese_presenze_2022_2024_istat.csv"),
    ):
        importer(SHARED / name, dry_run=False, report=lambda each: None)


def test_the_months_of_a_municipality_add_up_to_its_year(years_and_months):
    rows = FlowObservation.objects.filter(
        origin="WORLD", accommodation="ALL", masked=False, period_start__year=2024
    )
    yearly = dict(rows.filter(period_kind="year").values_list("unit", "nights"))
    monthly = Counter()
    for unit, nights in rows.filter(period_kind="month").values_list("unit", "nights"):
        monthly[unit] += nights
    assert len(monthly) == 231
    assert {unit: yearly[unit] for unit in monthly} == monthly


def test_objectives_are_reckoned_with_who_is_in_them(years_and_months):
    region = territory.area("toscana")
    share = queries.share_outside_the_ten(region, 2024, "istat-municipal")
    assert (str(share.value), len(share.counted), len(share.hidden)) == ("55.6", 267, 6)
    winter = queries.nights_off_season(region, 2024, "istat-municipal")
    assert (len(winter.counted), len(winter.hidden)) == (231, 42)
