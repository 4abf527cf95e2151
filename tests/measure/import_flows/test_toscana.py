"""The Region's municipalities by year: codes, names and ambiti that disagree."""

from datetime import date

import pytest

from belvedere.measure import queries
from belvedere.measure.models import FlowObservation
from belvedere.territory import queries as territory
from belvedere.territory.tables import rows as small_table
from tests.measure.import_flows.conftest import nights


def test_a_leading_zero_that_was_lost_is_put_back(bring):
    bring("toscana", {"cod_istat": "51031"})
    assert nights(unit="051031", provider="toscana", status="provisional") == 40


@pytest.mark.parametrize("code", ["46007+46034", "46007 - 46034", "046007+046034"])
def test_two_municipalities_counted_as_one_for_secrecy_are_one_observation(bring, code):
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
    bring, year, label, wrong, right, ambito
):
    both = {"anno": year, "comune": label, "ambito": ambito}
    done, left_out = bring(
        "toscana",
        both | {"cod_istat": right, "arrivi_stranieri": "0", "presenze_straniere": "0"},
        both | {"cod_istat": wrong, "arrivi_italiani": "0", "presenze_italiane": "0"},
    )
    assert (done.accepted, left_out) == (2, [])
    assert (nights(unit=right), nights(unit=right, origin="IT")) == (40, 30)


def test_a_name_of_two_under_the_code_of_one_is_both(bring):
    label = "San Marcello Piteglio e Sambuca Pistoiese"
    bring(
        "toscana",
        {"comune": label, "cod_istat": "47024", "ambito": "Pistoia e Montagna Pistoiese"},
    )
    assert FlowObservation.objects.get(origin="WORLD").coverage == ["047018", "047024"]


def test_code_and_name_of_two_different_places_are_refused(bring):
    _, (wrong,) = bring("toscana", {"comune": "Bibbiena"})
    assert "051031 is Poppi; the row says “Bibbiena”" in wrong.reason


@pytest.mark.parametrize("name", ["Castel San NiccolÃ²", "Castel San Niccol?"])
def test_a_name_whose_accent_was_lost_is_known_by_its_code(bring, name):
    done, _ = bring("toscana", {"comune": name, "cod_istat": "51010"})
    assert done.accepted == 1


def test_each_of_the_48_spellings_is_one_of_the_28_ambiti(bring):
    first = {}
    for slug in (each["area"] for each in small_table("aliases")):
        area = territory.area(slug)
        day = date(2018, 1, 1)
        first[slug] = next(each for each in territory.stays(area) if each.on(day))
    for each in small_table("aliases"):
        spelling = each["spelling"].replace("\\x1a", "\x1a")
        one = first[each["area"]]
        row = {"anno": "2018", "comune": one.name, "cod_istat": one.code}
        done, left_out = bring("toscana", row | {"ambito": spelling})
        assert (done.accepted, left_out) == (1, []), spelling
    assert (len(small_table("aliases")), len(first)) == (48, 28)


def test_an_unknown_spelling_is_refused(bring):
    _, (wrong,) = bring("toscana", {"ambito": "Mordor"})
    assert (wrong.field, "Mordor" in wrong.reason) == ("ambito", True)


def test_marliana_is_in_valdinievole_until_2019_and_in_pistoia_after(bring):
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
def test_it_reads_windows_files_with_other_separators(bring, separator):
    done, _ = bring(
        "toscana",
        {"comune": "Castel San Niccolò", "cod_istat": "051010"},
        separator=separator,
        encoding="cp1252",
    )
    assert done.accepted == 1
