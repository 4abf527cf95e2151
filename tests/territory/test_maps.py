"""Maps: schematic ones from the seats, true ones from boundaries, and what pages print."""

import xml.etree.ElementTree as ElementTree

import pytest
from django.template import Context, Template
from django.test import override_settings
from django.utils.translation import override

from belvedere.territory import queries
from belvedere.territory.maps import Sheet
from belvedere.territory.models import Drawing
from belvedere.territory.rules import shapes

pytestmark = pytest.mark.django_db


def printed(text, language="it", **context):
    with override(language):
        return Template("{% load maps %}" + text).render(Context(context))


def svg(page):
    start, end = page.index("<svg"), page.index("</svg>") + 6
    return ElementTree.fromstring(page[start:end])


def ids(drawn):
    return {each.get("id") for each in drawn.iter() if each.get("id")}


def test_the_region_map_has_every_ambito_once(tuscany):
    drawn = svg(printed("{% region_map %}"))
    assert ids(drawn) == {f"map-toscana-{each.slug}" for each in queries.ambiti()}


def test_the_region_map_is_small_enough_to_stand_in_a_page(tuscany):
    assert len(printed("{% region_map %}").encode()) < 40_000


def test_every_ambito_is_a_link_in_the_pages_language_that_keeps_the_source(tuscany):
    page = printed("{% region_map %}", "zh-hans", source="b-12345.abc")
    for each in queries.ambiti():
        assert f'href="/zh-hans/areas/{each.slug}/?s=b-12345.abc"' in page


def test_the_drawing_is_for_the_eye_and_the_list_for_everybody(tuscany):
    page = printed("{% region_map %}")
    assert svg(page).get("aria-hidden") == "true"
    listed = page[page.index("<ol") :]
    assert listed.count("<li>") == listed.count("<a href") == 28
    assert "tabindex" not in listed


def test_the_chosen_area_is_set_off(tuscany, casentino):
    page = printed("{% region_map highlight=area %}", area=casentino)
    chosen = [each for each in svg(page).iter() if "bv-map-chosen" in each.get("class", "")]
    assert [each.get("id") for each in chosen] == ["map-toscana-casentino"]
    assert page.count('aria-current="true"') == 1


def test_the_map_of_an_area_has_its_municipalities_and_points(tuscany, casentino):
    points = [
        (43.7224, 11.7671, "Castello <di> Poppi", "/places/poppi/"),
        (43.7224, 11.7671, "Biblioteca", ""),
        (45.0, 9.0, "Far away", "/x/"),
        (None, None, "Nowhere", "/y/"),
    ]
    page = printed("{% area_map area points=points %}", area=casentino, points=points)
    assert len(ids(svg(page))) == 11
    assert "Castello &lt;di&gt; Poppi" in page
    assert page.count("<li>") == 2
    assert "Far away" not in page


def test_points_on_the_same_spot_are_moved_apart(tuscany, casentino):
    points = [(43.7224, 11.7671, str(each), "") for each in range(6)]
    page = printed("{% area_map area points=points %}", area=casentino, points=points)
    spots = {
        (mark[1].get("cx"), mark[1].get("cy"))
        for mark in svg(page).iter()
        if mark.get("class") == "bv-map-mark"
    }
    assert len(spots) == 6


def test_names_stand_in_the_language_of_the_page(tuscany, casentino):
    assert "苏比亚诺" in printed("{% area_map area %}", "zh-hans", area=casentino)
    assert "Subbiano" in printed("{% area_map area %}", "it", area=casentino)


def test_a_schematic_map_says_so_in_each_language(tuscany, casentino):
    said = {
        "it": "Schematica",
        "en": "Schematic",
        "zh-hans": "示意图",
    }
    for language, word in said.items():
        assert word in printed("{% area_map area %}", language, area=casentino)


def test_an_area_without_a_map_shows_that_of_the_region(tuscany):
    city = queries.area("toscana").children.create(kind="city", name="Milano", slug="milano")
    drawn = svg(printed("{% area_map area %}", area=city))
    assert len(ids(drawn)) == 28


def test_without_any_drawing_the_page_goes_on(casentino):
    assert printed("{% region_map %}{% area_map area %}", area=casentino).strip() == ""
    assert printed("{% area_map area %}", area=None).strip() == ""


@override_settings(ROOT_URLCONF="belvedere.territory.urls")
def test_without_the_catalogue_the_names_stand_without_links(tuscany):
    page = printed("{% region_map %}")
    assert "<a " not in page
    assert page.count("<li>") == 28


def test_a_map_takes_few_queries(tuscany, casentino, django_assert_num_queries):
    with django_assert_num_queries(4):
        printed("{% area_map area %}", area=casentino)
    with django_assert_num_queries(5):
        printed("{% region_map %}")


def test_a_sheet_comes_back_from_the_database_as_it_was(tuscany):
    kept = Drawing.objects.get(area=tuscany).sheet
    assert Sheet.from_json(kept).as_json() == kept


def test_cells_of_the_seats_fill_the_outline_without_gap_or_overlap(tuscany):
    from belvedere.territory.services.draw import outline

    seats = {
        each.code: shapes.project(each.longitude, each.latitude)
        for each in queries.municipalities()
    }
    cells = shapes.cells(seats, outline())
    assert cells.keys() == seats.keys()
    filled = sum(shapes.area(ring) for rings in cells.values() for ring in rings)
    whole = sum(shapes.area(ring) for ring in outline())
    assert filled == pytest.approx(whole, rel=0.002)


def test_neighbours_share_their_simplified_border():
    wave = [(x, 50 + (x * 7) % 11) for x in range(0, 101, 5)]
    north = [(0, 0), (100, 0), *reversed(wave)]
    south = [*wave, (100, 100), (0, 100)]
    joined = shapes.group({"n": [north], "s": [south]}, lambda name: name, tolerance=30)
    total = sum(shapes.area(rings[0]) for rings in joined.values())
    assert total == 100 * 100
    assert sum(len(rings[0]) for rings in joined.values()) < 2 * len(wave)
