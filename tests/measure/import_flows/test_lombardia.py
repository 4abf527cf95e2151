"""Lombardy's months and origins: labels that change, and what is not specified."""

from datetime import date

import pytest

from belvedere.measure import queries
from belvedere.measure.models import FlowObservation


def test_an_italian_month_becomes_its_first_day(bring):
    bring("lombardia", {})
    row = FlowObservation.objects.get(accommodation="ALL")
    assert (row.period_kind, row.period_start) == ("month", date(2024, 10, 1))
    assert (row.scope, row.unit, row.unit_label) == ("elsewhere", "015", "Milano")


def test_a_label_that_changed_keeps_its_code_and_marks_the_break(bring):
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


def test_what_is_not_specified_is_in_the_whole_and_in_no_country(bring):
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


def test_a_key_that_stands_twice_is_counted_once(bring):
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
def test_what_is_not_known_is_refused(bring, change, field):
    _, (wrong,) = bring("lombardia", change)
    assert wrong.field == field
