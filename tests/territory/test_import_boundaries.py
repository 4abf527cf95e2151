"""True boundaries: read from GeoJSON by ISTAT code, all or nothing."""

import json
from pathlib import Path

import pytest
from django.template import Context, Template

from belvedere.shared.errors import BadInput
from belvedere.territory import queries
from belvedere.territory.imports import boundaries
from belvedere.territory.models import Drawing, Municipality
from belvedere.territory.rules.shapes import project

pytestmark = pytest.mark.django_db

REAL = Path(__file__).resolve().parents[3] / "shared/data/geo/toscana_comuni.geojson"


def square(code, west=11.0, south=43.0, **more):
    ring = [
        [west, south],
        [west + 0.1, south],
        [west + 0.1, south + 0.1],
        [west, south + 0.1],
        [west, south],
    ]
    return {
        "type": "Feature",
        "properties": {"cod_istat": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        **more,
    }


@pytest.fixture
def read(tmp_path):
    """Import a file made of features, or of any text; tells what was reported."""

    def run(content):
        path = tmp_path / "limits.geojson"
        if not isinstance(content, str):
            content = json.dumps({"type": "FeatureCollection", "features": content})
        path.write_text(content, encoding="utf-8")
        told = []
        return boundaries(path, dry_run=False, report=told.append), told

    return run


def test_boundaries_are_kept_by_code_and_the_missing_ones_named(tuscany, read):
    done, told = read([square("051031"), square(51004, west=11.1)])
    assert (done.accepted, done.changed) == (2, 2)
    assert queries.municipality("051004").boundary["type"] == "Polygon"
    assert len(told) == 271
    assert "Subbiano (051037) is not in the file." in [each.reason for each in told]


def test_maps_stay_schematic_until_every_boundary_is_there(tuscany, read):
    read([square("051031")])
    assert not Drawing.objects.filter(schematic=False).exists()


def test_with_every_boundary_the_maps_are_true(tuscany, read):
    codes = queries.municipalities().values_list("code", flat=True)
    read(
        [
            square(code, west=10 + number % 20 * 0.1, south=42.5 + number // 20 * 0.1)
            for number, code in enumerate(codes)
        ]
    )
    assert not Drawing.objects.filter(schematic=True).exists()
    page = Template("{% load maps %}{% region_map %}").render(Context())
    assert "Schematic" not in page


def test_the_same_file_again_changes_nothing(tuscany, read):
    read([square("051031")])
    done, _ = read([square("051031")])
    assert (done.changed, done.unchanged) == (0, 1)


def test_one_wrong_feature_and_nothing_changes(tuscany, read):
    with pytest.raises(BadInput, match="Feature 2: 099999 is not a municipality"):
        read([square("051031"), square("099999")])
    assert not Municipality.objects.exclude(boundary=None).exists()


@pytest.mark.parametrize(
    ("feature", "field", "reason"),
    [
        ({"type": "Feature"}, "properties", "no properties"),
        (square("051031", properties={"nome": "Poppi"}), "cod_istat", "no cod_istat"),
        (square("Poppi"), "cod_istat", "no ISTAT code"),
        (square("051031", geometry=None), "geometry", "no Polygon"),
        (
            square("051031", geometry={"type": "Point", "coordinates": [11, 43]}),
            "geometry",
            "Point is no Polygon",
        ),
        (
            square("051031", geometry={"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}),
            "geometry",
            "fewer than four",
        ),
        (
            square(
                "051031",
                geometry={
                    "type": "Polygon",
                    "coordinates": [[[1, 2], [3, 4], [5, 6], [7, 8]]],
                },
            ),
            "geometry",
            "does not end where it begins",
        ),
        (square("051031", west=1_700_000.0), "geometry", "not in degrees"),
        ("no feature", "properties", "no properties"),
    ],
)
def test_a_wrong_feature_is_named_with_its_property(tuscany, read, feature, field, reason):
    with pytest.raises(BadInput, match=reason) as error:
        read([square("051004"), feature])
    assert error.value.field == field
    assert "Feature 2" in str(error.value)


def test_a_municipality_twice_is_refused(tuscany, read):
    with pytest.raises(BadInput, match="twice"):
        read([square("051031"), square("051031")])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("not json", "not JSON"),
        ("[]", "FeatureCollection"),
        ('{"type": "FeatureCollection", "features": []}', "no features"),
        (
            '{"type": "FeatureCollection", "features": [1],'
            '"crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::32632"}}}',
            "WGS 84",
        ),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_says_why(tuscany, read, content, reason):
    with pytest.raises(BadInput, match=reason):
        read(content)


def test_without_municipalities_it_says_what_to_do(db, read):
    with pytest.raises(BadInput, match="seed_territory"):
        read([square("051031")])


@pytest.mark.shared
@pytest.mark.skipif(not REAL.exists(), reason="THE REAL BOUNDARIES ARE NOT HERE: ../shared")
def test_the_real_file_draws_all_of_tuscany(tuscany):
    told = []
    done = boundaries(REAL, dry_run=False, report=told.append)
    assert (done.rows, done.accepted, done.changed, told) == (273, 273, 273, [])
    page = Template("{% load maps %}{% region_map %}").render(Context())
    assert 10_000 < len(page.encode()) < 40_000
    sheet = Drawing.objects.get(area__slug="toscana").sheet
    assert len(sheet["shapes"]) == 28
    assert boundaries(REAL, dry_run=False, report=told.append).changed == 0


def test_a_point_lies_where_the_projection_says():
    assert project(11.0, 43.0)[0] < project(11.1, 43.0)[0]
    assert project(11.0, 43.1)[1] < project(11.0, 43.0)[1]
