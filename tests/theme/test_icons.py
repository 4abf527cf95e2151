"""The sprite holds every icon that was promised."""

from xml.etree import ElementTree

import pytest

from belvedere.theme import icons

PROMISED = [
    "clock",
    "pin",
    "euro",
    "ticket",
    "calendar",
    "people",
    "train",
    "bus",
    "walk",
    "check",
    "warning",
    "phone",
    "mail",
    "qr",
    "scan",
    "camera",
    "search",
    "globe",
    "menu",
    "close",
    "arrow",
    "download",
    "print",
    "heart",
    "leaf",
    "castle",
    "museum",
    "food",
    "star",
    "info",
    "edit",
]


@pytest.mark.parametrize("name", PROMISED)
def test_an_icon_is_drawn_with_strokes(name):
    drawing = ElementTree.fromstring(f"<g>{icons.drawings()[name]}</g>")
    assert len(drawing) >= 1


def test_the_sprite_is_well_formed_and_names_each_icon_once():
    names = [each.get("id") for each in ElementTree.parse(icons.SPRITE).getroot()]
    assert names == sorted(set(names))
    assert set(names) == set(icons.drawings())
