"""ISTAT's origins by province: two rows become one observation."""

import pytest

from belvedere.measure.models import FlowObservation


def test_arrivals_and_nights_of_two_rows_become_one_observation(bring):
    done, _ = bring("origin", {}, {"misura": "presenze", "valore": "24208"})
    row = FlowObservation.objects.get()
    assert (done.accepted, row.arrivals, row.nights) == (2, 21805, 24208)
    assert (row.origin, row.origin_label, row.area.slug) == (
        "CN",
        "Cina",
        "provincia-arezzo",
    )


def test_regions_in_capitals_and_countries_are_told_apart(bring):
    for label in ("TOSCANA", "VALLE D'AOSTA", "BOLZANO - BOZEN", "Israel"):
        row = {"provenienza": label}
        bring("origin", row, row | {"misura": "presenze"})
    found = set(FlowObservation.objects.values_list("origin", flat=True))
    assert found == {"IT-52", "IT-23", "IT-BZ", "IL"}


def test_a_half_without_its_other_half_is_left_out(bring):
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
def test_what_is_not_known_is_refused(bring, change, field):
    done, (wrong,) = bring("origin", {}, {"misura": "presenze"}, change)
    assert (done.accepted, wrong.field) == (2, field)
