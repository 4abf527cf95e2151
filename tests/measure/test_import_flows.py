"""The four files of flows as offices send them: each trap, and the second run."""

import csv
from datetime import date
from pathlib import Path

import pytest

from belvedere.journal.models import Fact
from belvedere.measure import imports, queries, services
from belvedere.measure.models import FlowObservation, Quarantined
from belvedere.measure.rules import flow_files as files
from belvedere.shared.errors import BadInput
from belvedere.territory import queries as territory
from belvedere.territory.services import seed as seed_territory

SHARED = Path(__file__).parents[3] / "shared/data/flows"
ISTAT = dict.fromkeys(files.ISTAT_MUNICIPAL, "") | {
    "cod_istat": "051031", "comune": "Poppi", "provincia": "AREZZO", "anno": "2024",
    "arr_tot_res": "10.0", "arr_tot_nres": "5.0", "arr_tot": "15.0",
    "pre_tot_res": "30.0", "pre_tot_nres": "10.0", "pre_tot": "40.0",
}  # fmt: skip
MASKED = {name: "" for name in files.ISTAT_MUNICIPAL if name[:3] in ("arr", "pre")}
TOSCANA = {
    "anno": "2024", "sigla_provincia": "AR", "comune": "Poppi", "cod_istat": "051031",
    "ambito": "Casentino", "arrivi_italiani": "10", "arrivi_stranieri": "5",
    "presenze_italiane": "30", "presenze_straniere": "10",
}  # fmt: skip
ORIGIN = {
    "anno": "2024", "cod_prov": "051", "provincia": "AREZZO", "tipologia": "TOTALE",
    "provenienza": "Cina", "misura": "arrivi", "valore": "21805",
}  # fmt: skip
LOMBARDIA = {
    "anno": "2024", "provincia": "Milano", "mese": "Ottobre", "provenienza_turisti": "Cina",
    "arrivi_totale": "30", "presenze_totale": "60", "arrivi_alberghiero": "20",
    "presenze_alberghiero": "40", "arrivi_extra_alberghiero": "10",
    "presenze_extra_alberghiero": "20",
}  # fmt: skip
PATTERNS = {
    "istat": (imports.istat_municipal, ISTAT),
    "toscana": (imports.toscana, TOSCANA),
    "origin": (imports.origin_province, ORIGIN),
    "lombardia": (imports.lombardia, LOMBARDIA),
}


@pytest.fixture
def tuscany(db):
    """The territory as it comes with Belvedere."""
    seed_territory()


@pytest.fixture
def bring(tuscany, tmp_path):
    """Import a file of rows, each of which differs from the usual one as said."""

    def bring(which, *rows, separator=",", encoding="utf-8"):
        importer, usual = PATTERNS[which]
        path = tmp_path / f"{which}.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, list(usual), delimiter=separator)
            writer.writeheader()
            writer.writerows([usual | row for row in rows])
        left_out = []
        done = importer(path, dry_run=False, report=left_out.append)
        assert done.accepted + done.quarantined == done.rows == len(rows)
        return done, left_out

    return bring


def nights(**which):
    """Return the nights of the one observation meant."""
    return FlowObservation.objects.get(
        **{"origin": "WORLD", "accommodation": "ALL", **which}
    ).nights


class TestIstatMunicipal:
    def test_a_row_becomes_observations_by_origin_and_kind(self, bring):
        done, _ = bring("istat", {})
        assert (done.accepted, done.created) == (1, 9)
        row = FlowObservation.objects.get(origin="WRL_X_ITA", accommodation="ALL")
        assert (row.arrivals, row.nights, row.status) == (5, 10, "validated")
        assert (row.vintage, row.period_kind, row.coverage) == ("2024", "year", ["051031"])
        assert row.municipality.name == "Poppi"

    def test_a_subtotal_is_left_out_because_it_would_count_guests_twice(self, bring):
        done, (one, two) = bring(
            "istat", {}, {"comune": "", "cod_istat": "051"}, {"comune": " ", "provincia": ""}
        )
        assert done.accepted == 1
        assert "subtotal" in one.reason
        assert (two.row, two.field) == (4, "comune")
        assert Quarantined.objects.count() == 2

    def test_a_masked_row_is_kept_as_masked(self, bring):
        done, _ = bring("istat", MASKED)
        assert done.accepted == 1
        assert FlowObservation.objects.filter(masked=True, nights=None).count() == 9

    def test_a_masked_split_leaves_the_total_standing(self, bring):
        bring("istat", {})
        assert nights() == 40
        assert FlowObservation.objects.get(origin="IT", accommodation="OTHER").masked

    def test_a_municipality_that_was_merged_has_no_row_after_and_may_be_empty(self, bring):
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

    def test_figures_of_a_municipality_that_was_no_more_are_left_out(self, bring):
        _, (wrong,) = bring(
            "istat", {"cod_istat": "048003", "comune": "Barberino Val d'Elsa", "anno": "2020"}
        )
        assert "048003 (Barberino Val d'Elsa) was no more in 2020" in wrong.reason

    def test_growth_over_a_merger_compares_the_parts_with_the_whole(self, bring):
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

    def test_other_municipalities_are_coverage_and_no_area(self, bring):
        areas = territory.area_keys()
        bring(
            "istat", {"cod_istat": "046777", "comune": "Altri comuni della provincia di LUCCA"}
        )
        assert territory.area_keys() == areas
        rest = FlowObservation.objects.get(
            scope="remainder", origin="WORLD", accommodation="ALL"
        )
        assert (rest.unit, rest.area.slug, rest.municipality) == (
            "046777",
            "provincia-lucca",
            None,
        )
        assert FlowObservation.objects.filter(masked=True, unit="046017").exists()

    def test_the_rest_counts_for_the_province_and_for_no_ambito(self, bring):
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
    def test_a_wrong_field_costs_its_row_alone(self, bring, change, field):
        done, (wrong,) = bring("istat", {"cod_istat": "051004", "comune": "Bibbiena"}, change)
        assert (done.accepted, wrong.row, wrong.field) == (1, 3, field)
        assert Quarantined.objects.get().content["comune"] == change.get("comune", "Poppi")

    def test_the_same_key_twice_keeps_one_and_two_figures_keep_none(self, bring):
        bibbiena = {"cod_istat": "051004", "comune": "Bibbiena"}
        done, left_out = bring(
            "istat", {}, {}, bibbiena, bibbiena | {"pre_tot": "50", "pre_tot_res": "40"}
        )
        assert (done.accepted, len(left_out)) == (1, 3)
        assert not FlowObservation.objects.filter(unit="051004").exists()

    def test_a_correction_changes_and_the_same_file_does_not(self, bring):
        bring("istat", {})
        again, _ = bring("istat", {})
        assert (again.created, again.changed, again.unchanged) == (0, 0, 9)
        mended, _ = bring("istat", {"pre_tot": "41", "pre_tot_res": "31"})
        assert (mended.created, mended.changed) == (0, 2)
        assert nights() == 41
        assert Fact.objects.filter(kind="flow.imported").count() == 2

    def test_a_file_with_a_year_more_stands_beside_the_old_one(self, bring):
        bring("istat", {})
        bring("istat", {"pre_tot": "41", "pre_tot_res": "31"}, {"anno": "2025"})
        assert nights(vintage="2024") == 40
        assert nights(vintage="2025", period_start=date(2024, 1, 1)) == 41

    def test_a_column_that_lacks_is_named(self, tuscany, tmp_path):
        path = tmp_path / "short.csv"
        path.write_text("cod_istat,comune\n051031,Poppi\n", encoding="utf-8")
        with pytest.raises(BadInput, match="provincia"):
            imports.istat_municipal(path, dry_run=False, report=lambda each: None)


class TestToscana:
    def test_a_leading_zero_that_was_lost_is_put_back(self, bring):
        bring("toscana", {"cod_istat": "51031"})
        assert nights(unit="051031", provider="toscana", status="provisional") == 40

    @pytest.mark.parametrize("code", ["46007+46034", "46007 - 46034", "046007+046034"])
    def test_two_municipalities_counted_as_one_for_secrecy_are_one_observation(
        self, bring, code
    ):
        label = "Capannori e Villa Basilica"
        bring("toscana", {"cod_istat": code, "comune": label, "ambito": "Piana di Lucca"})
        row = FlowObservation.objects.get(origin="WORLD")
        assert (row.scope, row.unit, row.municipality) == ("together", "046007+046034", None)
        assert row.coverage == ["046007", "046034"]

    @pytest.mark.parametrize(
        ("year", "label", "wrong", "right", "ambito"),
        [
            (
                "2021",
                "Ponte Buggianese e Buggiano",
                "47016+47004",
                "047003+047016",
                "Valdinievole",
            ),
            (
                "2022",
                "Buggiano e Ponte Buggianese",
                "47003+47017",
                "047003+047016",
                "Valdinievole",
            ),
            (
                "2022",
                "Fauglia e Orciano Pisano",
                "50014+50024",
                "050014+050023",
                "Terre di Pisa",
            ),
            (
                "2021",
                "Santa Croce sull'Arno e Orciano Pisano",
                "50023+50034",
                "050023+050033",
                "Terre di Pisa",
            ),
        ],
    )
    def test_a_wrong_compound_code_is_mended_by_its_names_and_its_halves_are_joined(
        self, bring, year, label, wrong, right, ambito
    ):
        both = {"anno": year, "comune": label, "ambito": ambito}
        done, left_out = bring(
            "toscana",
            both | {"cod_istat": right, "arrivi_stranieri": "0", "presenze_straniere": "0"},
            both | {"cod_istat": wrong, "arrivi_italiani": "0", "presenze_italiane": "0"},
        )
        assert (done.accepted, left_out) == (2, [])
        assert (nights(unit=right), nights(unit=right, origin="IT")) == (40, 30)

    def test_a_name_of_two_under_the_code_of_one_is_both(self, bring):
        label = "San Marcello Piteglio e Sambuca Pistoiese"
        bring(
            "toscana",
            {"comune": label, "cod_istat": "47024", "ambito": "Pistoia e Montagna Pistoiese"},
        )
        assert FlowObservation.objects.get(origin="WORLD").coverage == ["047018", "047024"]

    def test_code_and_name_of_two_different_places_are_refused(self, bring):
        _, (wrong,) = bring("toscana", {"comune": "Bibbiena"})
        assert "051031 is Poppi; the row says “Bibbiena”" in wrong.reason

    @pytest.mark.parametrize("name", ["Castel San NiccolÃ²", "Castel San Niccol?"])
    def test_a_name_whose_accent_was_lost_is_known_by_its_code(self, bring, name):
        done, _ = bring("toscana", {"comune": name, "cod_istat": "51010"})
        assert done.accepted == 1

    def test_each_of_the_48_spellings_is_one_of_the_28_ambiti(self, bring):
        from belvedere.territory.tables import rows

        first = {}
        for slug in (each["area"] for each in rows("aliases")):
            area = territory.area(slug)
            day = date(2018, 1, 1)
            first[slug] = next(each for each in territory.stays(area) if each.on(day))
        for each in rows("aliases"):
            spelling = each["spelling"].replace("\\x1a", "\x1a")
            one = first[each["area"]]
            row = {"anno": "2018", "comune": one.name, "cod_istat": one.code}
            done, left_out = bring("toscana", row | {"ambito": spelling})
            assert (done.accepted, left_out) == (1, []), spelling
        assert (len(rows("aliases")), len(first)) == (48, 28)

    def test_an_unknown_spelling_is_refused(self, bring):
        _, (wrong,) = bring("toscana", {"ambito": "Mordor"})
        assert (wrong.field, "Mordor" in wrong.reason) == ("ambito", True)

    def test_marliana_is_in_valdinievole_until_2019_and_in_pistoia_after(self, bring):
        years = {"valdinievole": 2019, "pistoia-e-montagna-pistoiese": 2020}
        rows = [
            {
                "anno": str(year),
                "comune": each.name,
                "cod_istat": each.code,
                "ambito": territory.area(slug).name,
            }
            for slug, year in years.items()
            for each in territory.stays(territory.area(slug))
            if each.on(date(year, 1, 1))
        ]
        wrong = {"anno": "2020", "comune": "Marliana", "ambito": "Valdinievole"}
        done, (told,) = bring("toscana", *rows, wrong | {"cod_istat": "47007"})
        assert done.accepted == len(rows)
        assert "date the move" in told.reason
        for slug, year in years.items():
            (figure,) = queries.figures(territory.area(slug), "toscana")
            assert (figure.period.year, "047007" in figure.counted) == (year, True)

    @pytest.mark.parametrize("separator", [";", "\t"])
    def test_it_reads_windows_files_with_other_separators(self, bring, separator):
        done, _ = bring(
            "toscana",
            {"comune": "Castel San Niccolò", "cod_istat": "051010"},
            separator=separator,
            encoding="cp1252",
        )
        assert done.accepted == 1


class TestOriginProvince:
    def test_arrivals_and_nights_of_two_rows_become_one_observation(self, bring):
        done, _ = bring("origin", {}, {"misura": "presenze", "valore": "24208"})
        row = FlowObservation.objects.get()
        assert (done.accepted, row.arrivals, row.nights) == (2, 21805, 24208)
        assert (row.origin, row.origin_label, row.area.slug) == (
            "CN",
            "Cina",
            "provincia-arezzo",
        )

    def test_regions_in_capitals_and_countries_are_told_apart(self, bring):
        for label in ("TOSCANA", "VALLE D'AOSTA", "BOLZANO - BOZEN", "Israel"):
            row = {"provenienza": label}
            bring("origin", row, row | {"misura": "presenze"})
        found = set(FlowObservation.objects.values_list("origin", flat=True))
        assert found == {"IT-52", "IT-23", "IT-BZ", "IL"}

    def test_a_half_without_its_other_half_is_left_out(self, bring):
        _, (wrong,) = bring("origin", {})
        assert "no row with the nights" in wrong.reason

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"provenienza": "Atlantide"}, "provenienza"),
            ({"cod_prov": "015"}, "cod_prov"),
            ({"provincia": "SIENA"}, "cod_prov"),
            ({"tipologia": "Igloo"}, "tipologia"),
            ({"misura": "spesa"}, "misura"),
            ({"valore": ""}, "valore"),
        ],
    )
    def test_what_is_not_known_is_refused(self, bring, change, field):
        done, (wrong,) = bring("origin", {}, {"misura": "presenze"}, change)
        assert (done.accepted, wrong.field) == (2, field)


class TestLombardia:
    def test_an_italian_month_becomes_its_first_day(self, bring):
        bring("lombardia", {})
        row = FlowObservation.objects.get(accommodation="ALL")
        assert (row.period_kind, row.period_start) == ("month", date(2024, 10, 1))
        assert (row.scope, row.unit, row.unit_label) == ("elsewhere", "015", "Milano")

    def test_a_label_that_changed_keeps_its_code_and_marks_the_break(self, bring):
        label = "provenienza_turisti"
        bring(
            "lombardia",
            {"anno": "2022", label: "Nord America - altri territori"},
            {"anno": "2023", label: "Altri Paesi o territori Nord - Americani"},
        )
        found = queries.elsewhere("015", "lombardia", origin="AME_N_OTH")
        assert [(each.period.year, each.broken) for each in found] == [
            (2022, False),
            (2023, True),
        ]

    def test_what_is_not_specified_is_in_the_whole_and_in_no_country(self, bring):
        label = "provenienza_turisti"
        bring(
            "lombardia", {}, {label: "Non specificato"}, {label: "Regione non specificata"},
            {label: "Paese estero non specificato"}, {label: "EMILIA-ROMAGNA"},
        )  # fmt: skip
        seen = {
            origin: queries.elsewhere("015", "lombardia", origin=origin)[0].nights
            for origin in ("WORLD", "IT", "WRL_X_ITA", "CN")
        }
        assert seen == {"WORLD": 300, "IT": 120, "WRL_X_ITA": 120, "CN": 60}

    def test_a_key_that_stands_twice_is_counted_once(self, bring):
        done, (twice,) = bring("lombardia", {}, {})
        assert (done.accepted, twice.reason) == (1, "Line 2 has the same key.")

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"mese": "Brumaio"}, "mese"),
            ({"provincia": "Torino"}, "provincia"),
            ({"provenienza_turisti": "Atlantide"}, "provenienza_turisti"),
            ({"presenze_totale": "61"}, "presenze_totale"),
        ],
    )
    def test_what_is_not_known_is_refused(self, bring, change, field):
        _, (wrong,) = bring("lombardia", change)
        assert wrong.field == field


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the real files of flows are not here")
class TestTheRealFiles:
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
        self, tuscany, importer, name, rows, left_out, observations
    ):
        done = importer(SHARED / name, dry_run=False, report=lambda each: None)
        assert (done.rows, done.quarantined, done.created) == (rows, left_out, observations)
        again = importer(SHARED / name, dry_run=False, report=lambda each: None)
        assert (again.created, again.changed, again.unchanged) == (0, 0, observations)

    def test_the_seed_says_what_the_files_say(self, tuscany):
        services.seed()
        for importer, name, created in (
            (imports.istat_municipal, "toscana_comuni_anno_2014_2024_istat.csv", 27234 - 363),
            (imports.origin_province, "toscana_provincia_provenienza_2024_istat.csv", 4820),
        ):
            done = importer(SHARED / name, dry_run=False, report=lambda each: None)
            assert (done.created, done.changed) == (created, 0)

    def test_the_regions_totals_are_those_that_it_publishes(self, tuscany):
        name = "raw_toscana_movimento_comune_anno_2018_2025.csv"
        imports.toscana(SHARED / name, dry_run=False, report=lambda each: None)
        found = queries.figures(territory.area("toscana"), "toscana")
        seen = {each.period.year: round((each.nights or 0) / 1e6, 2) for each in found}
        assert (seen[2019], seen[2020], seen[2024], seen[2025]) == (48.41, 22.01, 45.71, 45.77)
        assert all(len(each.counted) == 273 for each in found if each.period.year > 2018)

    def test_the_leaves_of_istat_are_the_regions_total(self, tuscany):
        name = "toscana_comuni_anno_2014_2024_istat.csv"
        imports.istat_municipal(SHARED / name, dry_run=False, report=lambda each: None)
        last = queries.figures(territory.area("toscana"), "istat-municipal")[-1]
        assert last.nights == 46220821
        ways = queries.growth(territory.area("casentino"), 2019, 2024, "istat-municipal").ways
        assert [str(each.percent) for each in ways] == ["41.9", "36.2", "38.2"]

    def test_milan_counted_the_guests_from_china_that_the_sources_name(self, tuscany):
        name = "raw_lombardia_flussi_provincia_mese_provenienza_2019_2024.csv"
        imports.lombardia(SHARED / name, dry_run=False, report=lambda each: None)
        found = queries.elsewhere("015", "lombardia", origin="CN")
        years = {}
        for each in found:
            years[each.period.year] = years.get(each.period.year, 0) + each.nights
        assert (years[2019], years[2021], years[2024]) == (730085, 47317, 587147)
